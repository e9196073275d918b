namespace FlexAttention.Masking;

/// <summary>
/// The distances <c>q - kv</c> of the pairs that a mask keeps, where they are all that it looks at and have no gap. Called by
/// generated code.
/// </summary>
/// <param name="Least">The least.</param>
/// <param name="Most">The greatest; less than <paramref name="Least"/> where no pair is kept.</param>
public readonly record struct DistanceBand(long Least, long Most)
{
    /// <summary>Farther than any query is from any key, and far from what a long holds.</summary>
    private const long Infinity = 1L << 40;

    /// <summary>The band of a mask that keeps all pairs.</summary>
    public static DistanceBand All => new(-Infinity, Infinity);

    /// <summary>The band of a mask that keeps no pair.</summary>
    public static DistanceBand None => new(Infinity, -Infinity);

    /// <summary>All pairs, or none.</summary>
    public static DistanceBand If(bool condition) => condition ? All : None;

    /// <summary>The pairs whose distance is at least this.</summary>
    public static DistanceBand AtLeast(long distance) => All with { Least = distance };

    /// <summary>The pairs whose distance is at most this.</summary>
    public static DistanceBand AtMost(long distance) => All with { Most = distance };

    /// <summary>The pairs of which the query and the key are at most so far apart.</summary>
    public static DistanceBand Within(long distance) => new(-distance, distance);

    /// <summary>The pairs that are in both bands.</summary>
    public DistanceBand And(DistanceBand other) => new(Math.Max(Least, other.Least), Math.Min(Most, other.Most));

    /// <summary>The same pairs with queries and keys exchanged.</summary>
    internal DistanceBand Transposed => new(-Most, -Least);

    /// <summary>The blocks of a row that the band touches.</summary>
    internal BlockRun Touched(BlockGrid grid, int queryBlock)
    {
        if (Least > Most)
            return default;
        (int start, int end) = grid.Queries(queryBlock);
        // Of some query q the keys q - Most .. q - Least.
        long first = Math.Max(start - Most, 0), last = Math.Min(end - 1 - Least, grid.KeyLength - 1L);
        return first > last ? default : new BlockRun((int)(first / grid.KeyBlock), (int)(last / grid.KeyBlock) + 1);
    }

    /// <summary>The blocks of a row that the band covers.</summary>
    internal BlockRun Covered(BlockGrid grid, int queryBlock)
    {
        (int start, int end) = grid.Queries(queryBlock);
        // Of all queries q the keys q - Most .. q - Least.
        long first = Math.Max(end - 1 - Most, 0), last = Math.Min(start - Least, grid.KeyLength - 1L);
        if (first > last)
            return default;
        long firstBlock = Rounding.CeilingDivide(first, grid.KeyBlock);
        // The last block may be shorter.
        long endBlock = last == grid.KeyLength - 1L ? grid.KeyBlocks : (last + 1) / grid.KeyBlock;
        return firstBlock < endBlock ? new BlockRun((int)firstBlock, (int)endBlock) : default;
    }
}
