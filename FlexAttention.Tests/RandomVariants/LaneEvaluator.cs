using System.Runtime.Intrinsics;
using FlexAttention.Cpu;
using FlexAttention.Cpu.Lanes;
using FlexAttention.Descriptors;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.RandomVariants;

/// <summary>Runs a variant's emitted CPU kernel at points, in every kind of lanes.</summary>
internal static class LaneEvaluator
{
    /// <summary>The kinds of lanes, and what each makes of the points: scores, negative infinity where masked.</summary>
    public static IEnumerable<(string Lanes, double[] Scores)> Evaluate<TVariant>(TVariant variant, VariantPoint[] points)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        yield return ("Float128", Run<TVariant, Float128, float, Vector128<float>, Vector128<int>>(variant, points));
        yield return ("Float256", Run<TVariant, Float256, float, Vector256<float>, Vector256<int>>(variant, points));
        yield return ("Float512", Run<TVariant, Float512, float, Vector512<float>, Vector512<int>>(variant, points));
        yield return ("Double512", Run<TVariant, Double512, double, Vector512<double>, Vector256<int>>(variant, points));
    }

    /// <summary>The same in double, in one kind of lanes.</summary>
    public static double[] EvaluateInDouble<TVariant>(TVariant variant, VariantPoint[] points)
        where TVariant : unmanaged, IAttentionVariant<TVariant> =>
        Run<TVariant, Double512, double, Vector512<double>, Vector256<int>>(variant, points);

    private static double[] Run<TVariant, TLanes, TScalar, TFloat, TInt>(TVariant variant, VariantPoint[] points)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct
    {
        var results = new double[points.Length];
        var scores = new TScalar[VariantPoints.RunLength];
        for (int start = 0; start < points.Length; start += scores.Length)
        {
            (_, int b, int h, int q, int kv) = points[start];
            for (int i = 0; i < scores.Length; i++)
                scores[i] = (TScalar)Convert.ChangeType(points[start + i].Score, typeof(TScalar), null);
            if (TVariant.Descriptor.HasScore)
                variant.ApplyScore<TLanes, TScalar, TFloat, TInt>(ref scores[0], scores.Length, b, h, q, kv);
            if (TVariant.Descriptor.HasMask)
                variant.ApplyMask<TLanes, TScalar, TFloat, TInt>(ref scores[0], scores.Length, b, h, q, kv);
            for (int i = 0; i < scores.Length; i++)
                results[start + i] = Convert.ToDouble(scores[i], null);
        }

        return results;
    }
}
