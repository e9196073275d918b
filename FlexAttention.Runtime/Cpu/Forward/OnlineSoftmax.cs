using System.Numerics;
using System.Runtime.CompilerServices;
using FlexAttention.Cpu.Lanes;

namespace FlexAttention.Cpu.Forward;

/// <summary>The softmax of a row, tile by tile.</summary>
internal static unsafe class OnlineSoftmax<TLanes, TScalar, TFloat, TInt>
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged, IFloatingPointIeee754<TScalar>
    where TFloat : struct
    where TInt : struct
{
    /// <summary>
    /// Replaces a tile's scores by their exponentials over the running maximum, and scales what the row has summed up
    /// so far to a new maximum. NaN makes the row's sum NaN.
    /// </summary>
    /// <param name="scores">The scores.</param>
    /// <param name="count">Their number, a multiple of the lanes.</param>
    /// <param name="maximum">The row's maximum so far.</param>
    /// <param name="sums">The row's sum of exponentials, spread over the lanes.</param>
    /// <param name="output">The row's sum of values.</param>
    /// <param name="outputCount">The length of it, a multiple of the lanes.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Advance(
        TScalar* scores, int count, ref TScalar maximum, TScalar* sums, TScalar* output, int outputCount)
    {
        TFloat highest = TLanes.Load(in *scores);
        for (int i = TLanes.Count; i < count; i += TLanes.Count)
            highest = TLanes.MaximumNative(highest, TLanes.Load(in scores[i]));
        TScalar tileMaximum = TLanes.ReduceMaximum(highest);
        if (tileMaximum > maximum)
        {
            // Before the first key there is nothing to scale.
            if (!TScalar.IsNegativeInfinity(maximum))
                Rescale(TScalar.Exp(maximum - tileMaximum), sums, output, outputCount);
            maximum = tileMaximum;
        }

        // A row without keys so far has nothing to subtract: infinity less infinity is no number.
        TFloat offset = TLanes.BroadcastScalar(TScalar.IsNegativeInfinity(maximum) ? TScalar.Zero : maximum);
        TFloat sum = TLanes.Load(in *sums);
        for (int i = 0; i < count; i += TLanes.Count)
        {
            TFloat probability = TLanes.SoftmaxExp(TLanes.Subtract(TLanes.Load(in scores[i]), offset));
            TLanes.Store(probability, ref scores[i]);
            sum = TLanes.Add(sum, probability);
        }

        TLanes.Store(sum, ref *sums);
    }

    /// <summary>Ends a row.</summary>
    /// <param name="maximum">The row's maximum.</param>
    /// <param name="sums">The row's sum of exponentials, spread over the lanes.</param>
    /// <param name="sink">A further score with a value of zero; negative infinity without one.</param>
    /// <returns>What turns the sum of values into the result, the highest of all scores, and the sum over that.</returns>
    public static (TScalar Factor, TScalar Top, TScalar Sum) Finish(TScalar maximum, TScalar* sums, TScalar sink)
    {
        TScalar sum = TLanes.ReduceSum(TLanes.Load(in *sums));
        if (TScalar.IsNegativeInfinity(sink))
            return (sum == TScalar.Zero ? TScalar.Zero : TScalar.One / sum, maximum, sum);
        TScalar top = TScalar.Max(maximum, sink);
        TScalar rescale = TScalar.Exp(maximum - top);
        sum = (sum * rescale) + TScalar.Exp(sink - top);
        return (rescale / sum, top, sum);
    }

    private static void Rescale(TScalar factor, TScalar* sums, TScalar* output, int outputCount)
    {
        LaneLoops<TLanes, TScalar, TFloat, TInt>.Scale(sums, TLanes.Count, factor);
        LaneLoops<TLanes, TScalar, TFloat, TInt>.Scale(output, outputCount, factor);
    }
}
