namespace FlexAttention.Execution;

/// <summary>The tiles of the Hopper forward kernel by head dimension, the best first.</summary>
internal static class HopperForwardTiles
{
    /// <summary>
    /// What a block may use of the shared memory besides the tiles: its barriers, and what the variant keeps for each row.
    /// A variant that keeps more is found out when it is compiled.
    /// </summary>
    public const int StaticBytes = 2048;

    /// <summary>The most rows that are packed into one tile: one consumer's.</summary>
    public const int PackedRows = TileConfig.WarpgroupRows;

    /// <summary>A single consumer has as many registers as a thread can have: enough for the heaviest variants.</summary>
    private static readonly TileConfig Smallest = TileConfig.Hopper(64, 64);

    private static readonly TileConfig[] UpTo64 =
    [
        TileConfig.Hopper(192, 128, persistent: true, lazyRescale: true),
        TileConfig.Hopper(192, 96, persistent: true, lazyRescale: true),
        TileConfig.Hopper(128, 128, persistent: true),
        TileConfig.Hopper(128, 64, persistent: true),
        TileConfig.Hopper(128, 64),
        Smallest,
    ];

    private static readonly TileConfig[] UpTo64InBlocks =
    [
        TileConfig.Hopper(192, 128, persistent: true, lazyRescale: true),
        TileConfig.Hopper(128, 128, persistent: true),
        TileConfig.Hopper(128, 64, persistent: true),
        TileConfig.Hopper(128, 64),
        Smallest,
    ];

    private static readonly TileConfig[] UpTo128 =
    [
        TileConfig.Hopper(128, 128, persistent: true, lazyRescale: true),
        TileConfig.Hopper(128, 96, persistent: true),
        TileConfig.Hopper(128, 64, persistent: true),
        TileConfig.Hopper(128, 64),
        Smallest,
    ];

    private static readonly TileConfig[] UpTo128InBlocks =
    [
        TileConfig.Hopper(128, 128, persistent: true, lazyRescale: true),
        TileConfig.Hopper(128, 64, persistent: true),
        TileConfig.Hopper(128, 64),
        Smallest,
    ];

    private static readonly TileConfig[] UpTo192 =
    [
        TileConfig.Hopper(128, 112, lazyRescale: true),
        TileConfig.Hopper(128, 64, persistent: true, lazyRescale: true),
        TileConfig.Hopper(128, 64),
        Smallest,
    ];

    private static readonly TileConfig[] UpTo192InBlocks =
    [
        TileConfig.Hopper(128, 64, persistent: true, lazyRescale: true),
        TileConfig.Hopper(128, 64),
        Smallest,
    ];

    // 80 keys make coarser blocks of the usual 128, but are faster by more than those cost.
    private static readonly TileConfig[] UpTo256 =
    [
        TileConfig.Hopper(128, 80, lazyRescale: true),
        TileConfig.Hopper(128, 64, lazyRescale: true),
        TileConfig.Hopper(128, 64),
        Smallest,
    ];

    /// <summary>
    /// Tiles whose rows are the queries of all heads that share keys. Decoding waits for memory, so that more stages or
    /// other numbers of keys make no difference.
    /// </summary>
    private static readonly TileConfig[] PackedHeads =
    [
        TileConfig.Hopper(PackedRows, 128, persistent: true, lazyRescale: true) with { PackHeads = true },
        TileConfig.Hopper(PackedRows, 64, persistent: true, lazyRescale: true) with { PackHeads = true },
        TileConfig.Hopper(PackedRows, 64) with { PackHeads = true },
    ];

    /// <summary>
    /// The tiles for a head dimension, the larger one of q's and v's. Block masks come in blocks of 128 keys as a rule: no
    /// multiple of 96 or 112, so that coarser blocks would have to be made, with more work in them.
    /// </summary>
    public static ReadOnlySpan<TileConfig> For(int headDim, bool blockMask, bool packHeads = false) => headDim switch
    {
        _ when packHeads => PackedHeads,
        <= 64 => blockMask ? UpTo64InBlocks : UpTo64,
        <= 128 => blockMask ? UpTo128InBlocks : UpTo128,
        <= 192 => blockMask ? UpTo192InBlocks : UpTo192,
        _ => UpTo256,
    };

    /// <summary>Whether a tile fits a block's shared memory.</summary>
    public static bool Fits(in TileConfig tile, in TileRequest request) =>
        SharedBytes(in tile, request.HeadDim, request.ValueDim) + StaticBytes <= request.SharedLimit;

    /// <summary>
    /// The dynamic shared memory of a block: the tile of q, whose place the output takes at the end, and the stages of k and v. A
    /// persistent block has two such places, so that the next tile's queries can be read meanwhile.
    /// </summary>
    public static int SharedBytes(in TileConfig tile, int headDim, int valueDim)
    {
        int headRow = TileConfig.SwizzledRow(headDim), valueRow = TileConfig.SwizzledRow(valueDim);
        int queries = Math.Max(headRow, valueRow) * (tile.Persistent ? 2 : 1);
        return TileConfig.SwizzleAlignment + (tile.BlockM * queries) + (tile.Stages * tile.BlockN * (headRow + valueRow));
    }
}
