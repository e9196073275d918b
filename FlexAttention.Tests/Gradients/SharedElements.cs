namespace FlexAttention.Tests.Gradients;

/// <summary>A score that reads elements of every kind: those of a head, a query, a key, a distance and a pair.</summary>
public static partial class SharedElements
{
    /// <summary>All derivatives are small integers.</summary>
    [AttentionVariant]
    public static partial float Sum(
        float score,
        int b,
        int h,
        int q,
        int kv,
        [Learnable] ReadOnlySpan<float> all,
        [Learnable] ReadOnlySpan2D<float> queries,
        [Learnable] ReadOnlySpan2D<float> keys,
        [Learnable] ReadOnlySpan<float> distances,
        [Learnable] ReadOnlySpan2D<float> pairs) =>
        score + (all[h] * (kv & 7)) + (queries[h, q] * (kv & 3)) + keys[h, kv] + distances[q - kv + (distances.Length / 2)] + pairs[q, kv];
}
