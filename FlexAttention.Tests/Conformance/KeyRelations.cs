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
    public static partial bool SetOfKeys(int b, int h, int q, int kv, int x, int relation) =>
        (relation == 0 && kv < x) || (relation == 1 && kv <= x) || (relation == 2 && kv > x)
        || (relation == 3 && x <= kv) || (relation == 4 && kv == x) || (relation == 5 && x != kv);

    [AttentionVariant]
    public static partial bool SetOfDistances(int b, int h, int q, int kv, int x, int relation) =>
        (relation == 0 && kv - q < x) || (relation == 1 && kv - q <= x) || (relation == 2 && kv - q > x)
        || (relation == 3 && x <= kv - q) || (relation == 4 && kv - q == x) || (relation == 5 && x != kv - q);

    [AttentionVariant]
    public static partial bool SetOfReverses(int b, int h, int q, int kv, int x, int relation) =>
        (relation == 0 && q - kv < x) || (relation == 1 && q - kv <= x) || (relation == 2 && q - kv > x)
        || (relation == 3 && x <= q - kv) || (relation == 4 && q - kv == x) || (relation == 5 && x != q - kv);

    [AttentionVariant]
    public static partial bool SetOfMagnitudes(int b, int h, int q, int kv, int x, int relation) =>
        (relation == 0 && Math.Abs(q - kv) < x) || (relation == 1 && Math.Abs(q - kv) <= x) || (relation == 2 && Math.Abs(q - kv) > x)
        || (relation == 3 && x <= Math.Abs(q - kv)) || (relation == 4 && Math.Abs(q - kv) == x) || (relation == 5 && x != Math.Abs(q - kv));

    [AttentionVariant]
    public static partial float Biases(float score, int b, int h, int q, int kv, float slope) =>
        score + (slope * (kv - q)) - (slope * slope * kv) + (slope * Math.Abs(q - kv));
}
