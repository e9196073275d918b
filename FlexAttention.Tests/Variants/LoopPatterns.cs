namespace FlexAttention.Tests.Variants;

/// <summary>Variants with loops.</summary>
public static partial class LoopPatterns
{
    /// <summary>LogSparse: the causal keys at distance 0, 1, 2, 4, 8 and so on.</summary>
    [AttentionVariant]
    public static partial bool LogSparse(int b, int h, int q, int kv)
    {
        int distance = q - kv;
        bool kept = distance == 0;
        for (int i = 0; i < 16; i++)
            kept |= distance == 1 << i;
        return kept;
    }

    /// <summary>A mixture of bell curves over the distance: a loop over captured tables.</summary>
    [AttentionVariant]
    public static partial float Bells(
        float score,
        int b,
        int h,
        int q,
        int kv,
        [Learnable] ReadOnlySpan<float> centres,
        [Learnable] ReadOnlySpan<float> widths,
        [Learnable] ReadOnlySpan<float> heights)
    {
        float bias = 0;
        for (int i = 0; i < 3; i++)
        {
            float x = (kv - q - centres[i]) / widths[i];
            bias += heights[i] * MathF.Exp(-0.5f * x * x);
        }

        return score + bias;
    }

    /// <summary>A polynomial of the distance, of any degree, by Horner's rule: each iteration needs what the one before it carries.</summary>
    [AttentionVariant]
    public static partial float Polynomial(
        float score, int b, int h, int q, int kv, [Learnable] ReadOnlySpan<float> coefficients)
    {
        float x = (kv - q) / 128f, bias = 0;
        for (int i = 0; i < coefficients.Length; i++)
            bias = (bias * x) + coefficients[i];
        return score + bias;
    }

    /// <summary>The catalogue's entries.</summary>
    internal static VariantCase[] Cases { get; } =
    [
        new VariantCase<ValueTuple>("log-sparse", typeof(LogSparseKernel))
        {
            MaskMethod = (_, b, h, q, kv) => LogSparse(b, h, q, kv),
            MaskOracle = (_, b, h, q, kv) => q == kv || (q > kv && int.IsPow2(q - kv) && q - kv < 65536),
        },
        new VariantCase<(float[] Centres, float[] Widths, float[] Heights)>("bell curves", typeof(BellsKernel))
        {
            Captures = (_, _) => ([-20, 0, 9.5f], [8, 2.5f, 16], [1, -2, 0.75f]),
            ScoreMethod = (x, score, b, h, q, kv) => Bells(score, b, h, q, kv, x.Centres, x.Widths, x.Heights),
            ScoreOracle = (x, score, b, h, q, kv) => score + Enumerable.Range(0, 3).Sum(
                i => x.Heights[i] / Math.Exp(Math.Pow((kv - q - (double)x.Centres[i]) / x.Widths[i], 2) / 2)),
        },
        new VariantCase<float[]>("polynomial", typeof(PolynomialKernel))
        {
            Captures = (_, _) => [0.25f, -0.5f, 0.75f, -1],
            ScoreMethod = (x, score, b, h, q, kv) => Polynomial(score, b, h, q, kv, x),
            ScoreOracle = (x, score, b, h, q, kv) =>
                score + x.Select((coefficient, i) => coefficient * Math.Pow((kv - q) / 128.0, x.Length - 1 - i)).Sum(),
        },
    ];
}
