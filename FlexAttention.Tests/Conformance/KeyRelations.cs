namespace FlexAttention.Tests.Conformance;

/// <summary>What hooks compute of a key in two parts: every relation, as bits of the score, and linear biases.</summary>
public static partial class KeyRelations
{
    [AttentionVariant]
    public static partial float OfKey(float score, int b, int h, int q, int kv, int x) =>
        score + (kv < x ? 1 : 0) + (kv <= x ? 2 : 0) + (kv > x ? 4 : 0) + (x <= kv ? 8 : 0) + (kv == x ? 16 : 0) + (x != kv ? 32 : 0);

    [AttentionVariant]
    public static partial float OfQuery(float score, int b, int h, int q, int kv, int x) =>
        score + (q < x ? 1 : 0) + (x <= q ? 2 : 0) + (kv < q ? 4 : 0) + (kv <= q ? 8 : 0) + (q < kv ? 16 : 0) + (kv == q ? 32 : 0);

    [AttentionVariant]
    public static partial float OfDistance(float score, int b, int h, int q, int kv, int x) =>
        score
        + (kv - q < x ? 1 : 0) + (kv - q <= x ? 2 : 0) + (kv - q > x ? 4 : 0)
        + (x <= kv - q ? 8 : 0) + (kv - q == x ? 16 : 0) + (x != kv - q ? 32 : 0);

    [AttentionVariant]
    public static partial float OfReverse(float score, int b, int h, int q, int kv, int x) =>
        score
        + (q - kv < x ? 1 : 0) + (q - kv <= x ? 2 : 0) + (q - kv > x ? 4 : 0)
        + (x <= q - kv ? 8 : 0) + (q - kv == x ? 16 : 0) + (x != q - kv ? 32 : 0);

    [AttentionVariant]
    public static partial float OfMagnitude(float score, int b, int h, int q, int kv, int x) =>
        score
        + (Math.Abs(q - kv) < x ? 1 : 0) + (Math.Abs(q - kv) <= x ? 2 : 0) + (Math.Abs(q - kv) > x ? 4 : 0)
        + (x <= Math.Abs(q - kv) ? 8 : 0) + (Math.Abs(q - kv) == x ? 16 : 0) + (x != Math.Abs(q - kv) ? 32 : 0);

    [AttentionVariant]
    public static partial float Biases(float score, int b, int h, int q, int kv, float slope) =>
        score + (slope * (kv - q)) - (slope * slope * kv) + (slope * Math.Abs(q - kv));
}
