namespace FlexAttention.Execution;

/// <summary>The tiles of the Hopper forward kernel by head dimension, the best first.</summary>
internal static class HopperForwardTiles
{
    /// <summary>
    /// What a block may use of the shared memory besides the tiles: its barriers, and what the variant keeps for each row.
    /// A variant that keeps more is found out when it is compiled.
    /// </summary>
    public const int StaticBytes = 2048;

    /// <summary>The rows of the smallest tiles: one consumer's.</summary>
    public const int FewRows = TileConfig.WarpgroupRows;

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
    /// Tiles for few queries, as in decoding, where heads are too few for all multiprocessors: these share the keys. It waits for
    /// memory, so that more stages or other numbers of keys make no difference.
    /// </summary>
    private static readonly TileConfig[] FewQueries =
    [
        TileConfig.Hopper(FewRows, 128, persistent: true, lazyRescale: true) with { SplitKeys = true },
        TileConfig.Hopper(FewRows, 64, persistent: true, lazyRescale: true) with { SplitKeys = true },
        Smallest with { SplitKeys = true },
    ];

    /// <summary>The same; the rows are the queries of all heads that share keys.</summary>
    private static readonly TileConfig[] PackedHeads = [.. FewQueries.Select(static tile => tile with { PackHeads = true })];

    /// <summary>
    /// The tiles for what is asked, by the larger one of q's and v's head dimensions. Block masks come in blocks of 128 keys as a rule: no
    /// multiple of 96 or 112, so that coarser blocks would have to be made, with more work in them.
    /// </summary>
    public static ReadOnlySpan<TileConfig> For(in TileRequest request) => request.LargestDim switch
    {
        _ when request.PackHeads => PackedHeads,
        _ when request.FewQueries => FewQueries,
        <= 64 => request.BlockMask ? UpTo64InBlocks : UpTo64,
        <= 128 => request.BlockMask ? UpTo128InBlocks : UpTo128,
        <= 192 => request.BlockMask ? UpTo192InBlocks : UpTo192,
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
