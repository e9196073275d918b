namespace FlexAttention.Benchmarks;

/// <summary>The variants that are timed: those that the peers' own benchmarks use.</summary>
public static partial class Variants
{
    /// <summary>What the soft cap keeps scores below.</summary>
    public const float Cap = 30;

    [AttentionVariant]
    public static partial float None(float score, int b, int h, int q, int kv) => score;

    [AttentionVariant]
    public static partial bool Causal(int b, int h, int q, int kv) => kv <= q;

    [AttentionVariant(Mask = nameof(Causal))]
    public static partial float Alibi(float score, int b, int h, int q, int kv, ReadOnlySpan<float> slopes) =>
        score + slopes[h] * (kv - q);

    [AttentionVariant(Mask = nameof(Causal))]
    public static partial float Softcap(float score, int b, int h, int q, int kv) => Cap * MathF.Tanh(score / Cap);

    /// <summary>A learned bias for each distance and head.</summary>
    [AttentionVariant]
    public static partial float RelativeBias(
        float score, int b, int h, int q, int kv, [Learnable] ReadOnlySpan2D<float> table, int length) =>
        score + table[h, q - kv + length - 1];

    [AttentionVariant]
    public static partial bool SlidingWindow(int b, int h, int q, int kv, int window) => kv <= q && q - kv < window;

    [AttentionVariant]
    public static partial bool Document(int b, int h, int q, int kv, ReadOnlySpan<int> ids) =>
        kv <= q && ids[q] == ids[kv];
}
