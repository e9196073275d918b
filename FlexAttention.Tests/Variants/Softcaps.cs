namespace FlexAttention.Tests.Variants;

/// <summary>Scores that are bent instead of shifted.</summary>
public static partial class Softcaps
{
    /// <summary>A causal mask to combine with.</summary>
    [AttentionVariant]
    public static partial bool Causal(int b, int h, int q, int kv) => kv <= q;

    /// <summary>Gemma 2: scores saturate smoothly at plus and minus <paramref name="cap"/>.</summary>
    [AttentionVariant]
    public static partial float Softcap(float score, int b, int h, int q, int kv, [Learnable] float cap) =>
        cap * MathF.Tanh(score / cap);

    /// <summary>The softcap of a decoder.</summary>
    [AttentionVariant(Mask = nameof(Causal))]
    public static partial float SoftcapCausal(float score, int b, int h, int q, int kv, [Learnable] float cap) =>
        Softcap(score, b, h, q, kv, cap);

    /// <summary>The square of the score, so that opposite directions attract each other, too.</summary>
    [AttentionVariant]
    public static partial float Squared(float score, int b, int h, int q, int kv) => score * score;

    /// <summary>Waves along both sequences.</summary>
    [AttentionVariant]
    public static partial float Trigonometric(float score, int b, int h, int q, int kv) =>
        score + (MathF.Sin(q * 0.1f) * MathF.Cos(kv * 0.2f));

    /// <summary>The catalogue's entries.</summary>
    internal static VariantCase[] Cases { get; } =
    [
        new VariantCase<float>("tanh softcap", typeof(SoftcapKernel))
        {
            Captures = (_, _) => 1.5f,
            ScoreMethod = (cap, score, b, h, q, kv) => Softcap(score, b, h, q, kv, cap),
            ScoreOracle = (cap, score, b, h, q, kv) => Saturate(score, cap),
        },
        new VariantCase<float>("softcap and causal", typeof(SoftcapCausalKernel))
        {
            Captures = (_, _) => 20,
            ScoreMethod = (cap, score, b, h, q, kv) => SoftcapCausal(score, b, h, q, kv, cap),
            ScoreOracle = (cap, score, b, h, q, kv) => Saturate(score, cap),
            MaskMethod = (_, b, h, q, kv) => Causal(b, h, q, kv),
            MaskOracle = (_, b, h, q, kv) => q >= kv,
        },
        new VariantCase<ValueTuple>("score squared", typeof(SquaredKernel))
        {
            ScoreMethod = (_, score, b, h, q, kv) => Squared(score, b, h, q, kv),
            ScoreOracle = (_, score, b, h, q, kv) => Math.Pow(score, 2),
        },
        new VariantCase<ValueTuple>("trig", typeof(TrigonometricKernel))
        {
            ScoreMethod = (_, score, b, h, q, kv) => Trigonometric(score, b, h, q, kv),
            // sin x cos y by the sum of two angles.
            ScoreOracle = (_, score, b, h, q, kv) =>
                score + ((Math.Sin((q / 10.0) + (kv / 5.0)) + Math.Sin((q / 10.0) - (kv / 5.0))) / 2),
        },
    ];

    /// <summary>The hyperbolic tangent by its definition.</summary>
    private static double Saturate(double score, double cap)
    {
        double e = Math.Exp(-2 * Math.Abs(score) / cap);
        return Math.CopySign(cap * (1 - e) / (1 + e), score);
    }
}
