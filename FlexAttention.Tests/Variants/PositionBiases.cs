namespace FlexAttention.Tests.Variants;

/// <summary>Positions as a bias on the score.</summary>
public static partial class PositionBiases
{
    /// <summary>The buckets of <see cref="T5Bias"/>: half for exact distances, half for ever longer ranges.</summary>
    private const int Buckets = 32;

    private const int ExactBuckets = Buckets / 2;

    private const float LongestDistance = 128;

    /// <summary>A causal mask to combine with.</summary>
    [AttentionVariant]
    public static partial bool Causal(int b, int h, int q, int kv) => kv <= q;

    /// <summary>ALiBi: a penalty that grows with the distance, with a slope for each head.</summary>
    [AttentionVariant(Mask = nameof(Causal))]
    public static partial float Alibi(float score, int b, int h, int q, int kv, [Learnable] ReadOnlySpan<float> slopes) =>
        score + (slopes[h] * (kv - q));

    /// <summary>The distance itself as a bias.</summary>
    [AttentionVariant]
    public static partial float RelativeBias(float score, int b, int h, int q, int kv) => score + (0.01f * (q - kv));

    /// <summary>A learned bias for each distance up to a limit: <c>table[kv - q + limit]</c>.</summary>
    [AttentionVariant]
    public static partial float RelativeTable(
        float score, int b, int h, int q, int kv, [Learnable] ReadOnlySpan<float> table, int limit) =>
        score + table[Math.Clamp(kv - q, -limit, limit) + limit];

    /// <summary>A learned bias for each head and causal distance.</summary>
    [AttentionVariant(Mask = nameof(Causal))]
    public static partial float HeadTable(float score, int b, int h, int q, int kv, [Learnable] ReadOnlySpan2D<float> bias) =>
        score + bias[h, q - kv];

    /// <summary>A learned constant for each head.</summary>
    [AttentionVariant]
    public static partial float HeadBias(float score, int b, int h, int q, int kv, [Learnable] ReadOnlySpan<float> bias) =>
        score + bias[h];

    /// <summary>T5: exact distances share no bucket, longer ones share buckets that grow with the logarithm.</summary>
    [AttentionVariant(Mask = nameof(Causal))]
    public static partial float T5Bias(float score, int b, int h, int q, int kv, [Learnable] ReadOnlySpan2D<float> table) =>
        score + table[h, Bucket(Math.Max(q - kv, 0))];

    /// <summary>RetNet: the score decays with the distance, by a rate for each head.</summary>
    [AttentionVariant(Mask = nameof(Causal))]
    public static partial float Decay(float score, int b, int h, int q, int kv, [Learnable] ReadOnlySpan<float> rates) =>
        score * MathF.Pow(rates[h], q - kv);

    /// <summary>Scores that shrink with the distance: neither they nor their derivatives are numbers where the mask rejects.</summary>
    [AttentionVariant(Mask = nameof(Causal))]
    public static partial float DistanceScale(float score, int b, int h, int q, int kv) => score / MathF.Sqrt(1 + q - kv);

    /// <summary>A learned temperature for each query, beside ALiBi: past the last query nothing of it is a number.</summary>
    [AttentionVariant]
    public static partial float QueryTemperature(
        float score,
        int b,
        int h,
        int q,
        int kv,
        [Learnable] ReadOnlySpan<float> temperature,
        [Learnable] ReadOnlySpan<float> slopes) =>
        (score / temperature[q]) + (slopes[h] * (kv - q));

    /// <summary>A bias for every pair, as other libraries take it: [B, H, Lq, Lkv].</summary>
    [AttentionVariant]
    public static partial float FullBias(float score, int b, int h, int q, int kv, [Learnable] ReadOnlySpan4D<float> bias) =>
        score + bias[b, h, q, kv];

    /// <summary>AlphaFold's pair bias, shared by the batches and kept in half precision: [H, Lq, Lkv].</summary>
    [AttentionVariant]
    public static partial float PairBias(float score, int b, int h, int q, int kv, [Learnable] ReadOnlySpan3D<Half> bias) =>
        score + (float)bias[h, q, kv];

    private static int Bucket(int distance)
    {
        if (distance < ExactBuckets)
            return distance;
        float share = MathF.Log(distance / (float)ExactBuckets) / MathF.Log(LongestDistance / ExactBuckets);
        return Math.Min(ExactBuckets + (int)(share * (Buckets - ExactBuckets)), Buckets - 1);
    }
}
