namespace FlexAttention.Tests.Emit.Cpu;

/// <summary>Variants that between them use every type, statement and kind of capture of the language.</summary>
internal static partial class LanguageVariants
{
    private const int Block = 7;

    [AttentionVariant]
    public static partial float Shifts(float score, int b, int h, int q, int kv) =>
        score + ((kv << (kv & 31)) * 1e-9f) + (kv >> 2) - (kv >>> 1);

    [AttentionVariant]
    public static partial float LongHash(float score, int b, int h, int q, int kv, long seed)
    {
        long x = (kv + seed) * 0x1E3779B97F4A7C15L;
        x ^= x >> 29;
        return score + ((x & 1023) * 0.001f);
    }

    [AttentionVariant]
    public static partial float Dropout(float score, int b, int h, int q, int kv, uint seed)
    {
        uint x = (uint)kv * 2654435761u ^ seed;
        x ^= x >> 16;
        return x % 7u == 3u ? float.NegativeInfinity : score * ((x >> 8) / 16777216f);
    }

    [AttentionVariant]
    public static partial float InDouble(float score, int b, int h, int q, int kv, double frequency) =>
        (float)(Math.Sin(kv * frequency) * score);

    [AttentionVariant]
    public static partial float NestedLoops(float score, int b, int h, int q, int kv, int count)
    {
        float sum = 0;
        for (int i = 0; i < count; i++)
        {
            for (int j = i; j < count; j++)
                sum += (i + j) * (kv - q) * 0.01f;
        }

        return score + sum;
    }

    [AttentionVariant]
    public static partial float LoopOverKeys(float score, int b, int h, int q, int kv, ReadOnlySpan2D<float> table)
    {
        for (int i = kv; i > 0; i -= 3)
            score += table[i & 3, (kv + i) % 16];
        return score;
    }

    [AttentionVariant]
    public static partial float Switch(float score, int b, int h, int q, int kv) => (q - kv) switch
    {
        < -5 => score - 1,
        < 0 => score * 2,
        0 => 0,
        > 10 and < 20 => MathF.Sqrt(MathF.Abs(score)),
        _ => score,
    };

    [AttentionVariant]
    public static partial float Division(float score, int b, int h, int q, int kv, int divisor) =>
        score + (kv / divisor) + (kv % 3) + FlexMath.FloorMod(q - kv, 5) + FlexMath.FloorDiv(q - kv, 3);

    [AttentionVariant]
    public static partial float SmallTypes(float score, int b, int h, int q, int kv, ReadOnlySpan<Half> table, ReadOnlySpan<bool> flags) =>
        flags[kv] ? score + (float)table[kv] : score - (float)table[q];

    [AttentionVariant]
    public static partial float Indirect(float score, int b, int h, int q, int kv, ReadOnlySpan<int> ids, ReadOnlySpan2D<float> table) =>
        score + (table[ids[q] & 3, ids[kv] & 15] * (ids.Length > 3 ? 1 : 0));

    [AttentionVariant]
    public static partial float Branches(float score, int b, int h, int q, int kv, bool isOn)
    {
        bool isNear = Math.Abs(q - kv) < 9;
        if (isOn && isNear)
            score += 1;
        else if (!isNear)
            return -score;
        return score > 0 ? score : MathF.Exp(score);
    }

    [AttentionVariant]
    public static partial float Rounding(float score, int b, int h, int q, int kv) =>
        MathF.Max(score, 0.5f) + MathF.Min(score, -0.5f) + MathF.Sign(score) + MathF.Round(score) + MathF.CopySign(1.5f, score)
        + (int)(score * 3.7f) + (byte)kv + (short)(kv * 1000);

    [AttentionVariant]
    public static partial float Runs(float score, int b, int h, int q, int kv, ReadOnlySpan3D<float> table) =>
        score + table[b, h, q - kv + 32] + table[b, h, kv] + table[0, kv % 4, q];

    [AttentionVariant]
    public static partial float Functions(float score, int b, int h, int q, int kv) =>
        score + MathF.Pow(1.01f, kv) + MathF.Log(kv + 1) + MathF.Atan2(kv, q + 1) + MathF.Cbrt(kv) + MathF.Log2(kv + 2)
        + MathF.Tan(kv * 0.01f);

    [AttentionVariant]
    public static partial bool Tiles(int b, int h, int q, int kv) => (kv / Block == q / Block) ^ (kv % 2 == 0);

    [AttentionVariant]
    public static partial bool Documents(int b, int h, int q, int kv, ReadOnlySpan<int> ids) =>
        ids[kv] == ids[q] && (kv <= q || ids[kv] < 0) && ids[^1] >= 0;

    [AttentionVariant]
    public static partial bool UnsignedHash(int b, int h, int q, int kv) => (ulong)kv * 6364136223846793005UL >> 60 > 4;

    [AttentionVariant]
    public static partial bool Flags(int b, int h, int q, int kv, ReadOnlySpan2D<bool> flags, bool all) => all || flags[q & 7, kv];

    [AttentionVariant]
    public static partial bool PowersOfTwo(int b, int h, int q, int kv)
    {
        for (int i = 0; i < 10; i++)
        {
            if (q - kv == 1 << i)
                return true;
        }

        return q == kv;
    }

    [AttentionVariant]
    public static partial bool Grid(int b, int h, int q, int kv)
    {
        (int x, int y) = (kv % 8, kv / 8);
        (int u, int v) = (q % 8, q / 8);
        return Math.Abs(x - u) <= 1 && Math.Abs(y - v) <= 2;
    }
}
