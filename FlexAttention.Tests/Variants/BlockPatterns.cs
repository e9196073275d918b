namespace FlexAttention.Tests.Variants;

/// <summary>Patterns by head, by block and by table: variants that use more of the language.</summary>
public static partial class BlockPatterns
{
    private const int Block = 16;

    /// <summary>BigBird: a random table says which blocks of keys a block of queries sees.</summary>
    [AttentionVariant]
    public static partial bool RandomBlocks(int b, int h, int q, int kv, ReadOnlySpan2D<bool> table) =>
        table[q / Block, kv / Block];

    /// <summary>Heads that specialise: causal, local, strided, and one that sees all. A switch statement.</summary>
    [AttentionVariant]
    public static partial bool ByHead(int b, int h, int q, int kv)
    {
        bool kept;
        switch (h % 4)
        {
            case 0:
                kept = CausalMasks.Causal(b, h, q, kv);
                break;
            case 1:
                kept = WindowMasks.SlidingWindow(b, h, q, kv, 24);
                break;
            case 2:
                kept = FlexMath.FloorMod(q - kv, 5) == 0;
                break;
            default:
                kept = true;
                break;
        }

        return kept;
    }

    /// <summary>Favours near keys with a threshold: early return, generic helper, compound assignment, bit tricks.</summary>
    [AttentionVariant]
    public static partial float Stepped(float score, int b, int h, int q, int kv, float near, bool invert)
    {
        int distance = q > kv ? q - kv : kv - q;
        if (distance == 0)
            return score;
        float weight = Choose((distance >> 4) == 0 ^ invert, near, 0.25f);
        weight *= 1 + (distance & 7);
        score -= weight;
        return score;
    }

    /// <summary>A pattern without structure, from a hash of the two positions: integers that overflow and wrap.</summary>
    [AttentionVariant]
    public static partial bool Hashed(int b, int h, int q, int kv, int seed)
    {
        int hash = (q * 73856093) ^ (kv * 19349663) ^ (h * 83492791) ^ seed;
        hash ^= hash << 13;
        hash ^= hash >>> 17;
        return (hash & 3) != 0;
    }

    private static T Choose<T>(bool condition, T yes, T no) => condition ? yes : no;

    /// <summary>The catalogue's entries.</summary>
    internal static VariantCase[] Cases { get; } =
    [
        new VariantCase<bool[,]>("random blocks", typeof(RandomBlocksKernel))
        {
            Captures = (shape, random) => random.Flags((shape.Queries / Block) + 1, (shape.Keys / Block) + 1),
            MaskMethod = (table, b, h, q, kv) => RandomBlocks(b, h, q, kv, table),
            MaskOracle = (table, b, h, q, kv) => table[q >> 4, kv >> 4],
        },
        new VariantCase<ValueTuple>("pattern by head", typeof(ByHeadKernel))
        {
            MaskMethod = (_, b, h, q, kv) => ByHead(b, h, q, kv),
            MaskOracle = (_, b, h, q, kv) => (h & 3) == 3
                || ((h & 3) == 0 && kv < q + 1)
                || ((h & 3) == 1 && q < kv + 24 && kv < q + 24)
                || ((h & 3) == 2 && q % 5 == kv % 5),
        },
        new VariantCase<(float Near, bool Invert)>("stepped", typeof(SteppedKernel))
        {
            Captures = (_, _) => (0.5f, false),
            ScoreMethod = (x, score, b, h, q, kv) => Stepped(score, b, h, q, kv, x.Near, x.Invert),
            ScoreOracle = (x, score, b, h, q, kv) =>
                q == kv ? score : score - ((Math.Abs(q - kv) < 16 ? 0.5 : 0.25) * (1 + (Math.Abs(q - kv) % 8))),
        },
        new VariantCase<int>("hashed", typeof(HashedKernel))
        {
            Captures = (_, random) => random.Next(),
            MaskMethod = (seed, b, h, q, kv) => Hashed(b, h, q, kv, seed),
            MaskOracle = (seed, b, h, q, kv) => KeptByHash(seed, h, q, kv),
        },
    ];

    /// <summary>The hash in 64 bits, cut to 32 by hand.</summary>
    private static bool KeptByHash(int seed, int h, int q, int kv)
    {
        const long low = uint.MaxValue;
        long hash = ((q * 73856093L) ^ (kv * 19349663L) ^ (h * 83492791L) ^ seed) & low;
        hash = (hash ^ (hash << 13)) & low;
        hash ^= hash >> 17;
        return hash % 4 != 0;
    }
}
