using System.Runtime.CompilerServices;
using FlexAttention.Cpu.Lanes;

namespace FlexAttention.Cpu.Backward;

/// <summary>The element by element steps from scores to their gradients, along one row. Counts are multiples of the lanes.</summary>
internal static unsafe class SoftmaxGradient<TLanes, TScalar, TFloat, TInt>
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged
    where TFloat : struct
    where TInt : struct
{
    private const MethodImplOptions Kernel = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>Replaces scores by their weights: <c>exp(score - lse)</c>.</summary>
    [MethodImpl(Kernel)]
    public static void ToWeights(TScalar* scores, int count, TScalar lse)
    {
        TFloat offset = TLanes.BroadcastScalar(lse);
        for (int i = 0; i < count; i += TLanes.Count)
            TLanes.Store(TLanes.SoftmaxExp(TLanes.Subtract(TLanes.Load(in scores[i]), offset)), ref scores[i]);
    }

    /// <summary>
    /// Replaces the gradients of weights by those of scores, <c>weight * (gradient - delta)</c>. A pair of no weight has
    /// none, whatever its key and value hold.
    /// </summary>
    [MethodImpl(Kernel)]
    public static void ToScoreGradients(TScalar* weights, TScalar* gradients, int count, TScalar delta)
    {
        TFloat subtrahend = TLanes.BroadcastScalar(delta);
        for (int i = 0; i < count; i += TLanes.Count)
        {
            TFloat weight = TLanes.Load(in weights[i]);
            TFloat gradient = TLanes.Subtract(TLanes.Load(in gradients[i]), subtrahend);
            TLanes.Store(ProductUnlessZero(weight, gradient), ref gradients[i]);
        }
    }

    /// <summary>Multiplies gradients with the derivatives of the score method.</summary>
    [MethodImpl(Kernel)]
    public static void Multiply(TScalar* gradients, TScalar* derivatives, int count)
    {
        for (int i = 0; i < count; i += TLanes.Count)
            TLanes.Store(ProductUnlessZero(TLanes.Load(in gradients[i]), TLanes.Load(in derivatives[i])), ref gradients[i]);
    }

    /// <summary>x y, and 0 where x is 0 and y is anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat ProductUnlessZero(TFloat x, TFloat y) =>
        TLanes.Select(TLanes.Equal(x, TLanes.Broadcast(0f)), TLanes.Broadcast(0f), TLanes.Multiply(x, y));
}
