using FlexAttention.Execution;

namespace FlexAttention.Cpu.Forward;

/// <summary>How a problem is cut into tasks and tiles.</summary>
/// <param name="QueryTile">The rows of a task; it does not straddle blocks of a block mask.</param>
/// <param name="QueryBlock">The rows that are tiled together: a block of the block mask, or all.</param>
/// <param name="TilesPerBlock">The tiles of such a block.</param>
/// <param name="Tiles">The tiles of all queries of a head.</param>
internal readonly record struct ForwardPlan(int QueryTile, int QueryBlock, int TilesPerBlock, int Tiles)
{
    /// <summary>The keys of a tile: keys and values of a tile stay in the second-level cache, scores in the first.</summary>
    public const int KeyTile = 128;

    /// <summary>Enough rows to repay the packing of keys and values.</summary>
    private const int PreferredQueryTile = 128;

    private const int LeastQueryTile = 32;

    public static unsafe ForwardPlan Of(in ForwardArguments arguments, int threads)
    {
        int block = arguments.Blocks.PartialRanges == null ? arguments.QLength : arguments.Mask.QueryBlock;
        block = Math.Clamp(block, 1, Math.Max(1, arguments.QLength));
        int tile = Math.Min(PreferredQueryTile, block);
        // Smaller tiles where there would not be one for each thread.
        long heads = (long)arguments.Batch * arguments.QHeads;
        while (tile >= 2 * LeastQueryTile && heads * Rounding.CeilingDivide(arguments.QLength, tile) < threads)
            tile /= 2;
        int tilesPerBlock = Rounding.CeilingDivide(block, tile);
        return new ForwardPlan(tile, block, tilesPerBlock, Rounding.CeilingDivide(arguments.QLength, block) * tilesPerBlock);
    }

    /// <summary>The queries of a tile; none for the tiles of the last block that lie behind the last query.</summary>
    public (int Start, int End) Queries(int tile, int queryLength)
    {
        (int block, int part) = Math.DivRem(tile, TilesPerBlock);
        int start = (block * QueryBlock) + (part * QueryTile);
        int blockEnd = (int)Math.Min((block + 1L) * QueryBlock, queryLength);
        return (start, Math.Min(start + QueryTile, blockEnd));
    }
}
