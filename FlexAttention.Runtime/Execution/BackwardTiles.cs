namespace FlexAttention.Execution;

/// <summary>
/// The tiles of the backward kernels, the best first. A tile is BlockN keys that stay, against BlockM queries at a time; for
/// the gradients of queries the two change roles.
/// </summary>
internal static class BackwardTiles
{
    /// <summary>What a block may use of the shared memory besides the tiles: what is kept for each row.</summary>
    private const int StaticBytes = 4096;

    /// <summary>The bytes that pad a row of a tile in shared memory, so that rows start in different banks.</summary>
    private const int RowPadding = 16;

    /// <summary>For 16-bit elements, on the tensor cores.</summary>
    private static readonly Row[] TensorCore =
    [
        new(64, new TileConfig(64, 128, 4, 2)),
        new(64, new TileConfig(64, 64, 4, 2)),
        new(64, new TileConfig(32, 64, 4, 1)),
        new(128, new TileConfig(64, 64, 4, 2)),
        new(128, new TileConfig(64, 64, 4, 1)),
        new(128, new TileConfig(32, 64, 4, 1)),
        new(256, new TileConfig(32, 64, 4, 1)),
        new(256, new TileConfig(16, 64, 4, 1)),
    ];

    /// <summary>For 32-bit elements.</summary>
    private static readonly Row[] SinglePrecision =
    [
        new(128, new TileConfig(32, 32, 4, 1)),
        new(256, new TileConfig(16, 16, 4, 1)),
    ];

    /// <summary>The best tile that fits.</summary>
    /// <param name="request">What it is for.</param>
    /// <param name="asked">A tile asked for by hand, used as it is.</param>
    /// <exception cref="ArgumentException">The tile asked for is malformed, does not fit or cannot run here.</exception>
    public static TileConfig Choose(in TileRequest request, TileOverride? asked = null)
    {
        if (asked is { } tile)
            return BackwardTileOverrides.Checked(tile, in request);
        // Loops of their own: Candidates would allocate an iterator for every call.
        foreach (ref readonly TileConfig candidate in HopperFor(in request))
        {
            if (Fits(in candidate, in request))
                return candidate;
        }

        foreach (ref readonly Row row in For(request.Element))
        {
            if (row.Fits(in request))
                return row.Tile;
        }

        throw new NotSupportedException(
            $"No backward tile for head dimensions {request.HeadDim} and {request.ValueDim} of {request.Element} fits the " +
            $"{request.SharedLimit} bytes of shared memory that this GPU gives a block.");
    }

    /// <summary>All tiles that fit, the best first.</summary>
    public static IEnumerable<TileConfig> Candidates(TileRequest request) =>
        HopperFor(in request).ToArray().Where(tile => Fits(in tile, in request))
            .Concat(For(request.Element).ToArray().Where(row => row.Fits(in request)).Select(static row => row.Tile));

    /// <summary>Whether a tile fits a block's shared memory.</summary>
    public static bool Fits(in TileConfig tile, in TileRequest request) =>
        SharedBytes(in tile, request.Element, request.HeadDim, request.ValueDim) + StaticBytes <= request.SharedLimit;

    /// <summary>The dynamic shared memory of a block, as the kernels lay it out.</summary>
    public static int SharedBytes(in TileConfig tile, ElementType element, int headDim, int valueDim) =>
        tile.Family == KernelFamily.Hopper ? HopperBackwardTiles.SharedBytes(in tile, headDim, valueDim)
        : element == ElementType.Float32 ? SimtBytes(in tile, headDim, valueDim)
        : TensorCoreBytes(in tile, headDim, valueDim);

    /// <summary>
    /// What the blocks of a block mask must be multiples of, along queries and keys. The Ampere kernels need the longer side for
    /// both, since the sides change roles.
    /// </summary>
    public static (int Queries, int Keys) BlockMultiple(in TileConfig tile) =>
        tile.Family == KernelFamily.Hopper ? (tile.BlockM, tile.BlockN) : (tile.BlockN, tile.BlockN);

    private static ReadOnlySpan<TileConfig> HopperFor(in TileRequest request) =>
        request.AllowsHopper ? HopperBackwardTiles.For(request.LargestDim) : [];

    private static ReadOnlySpan<Row> For(ElementType element) => element == ElementType.Float32 ? SinglePrecision : TensorCore;

    /// <summary>The tiles of k and v, then the stages of q and the gradient of the output.</summary>
    private static int TensorCoreBytes(in TileConfig tile, int headDim, int valueDim) =>
        (tile.BlockN + (tile.Stages * tile.BlockM)) * ((headDim * 2) + RowPadding + (valueDim * 2) + RowPadding);

    private static int SimtBytes(in TileConfig tile, int headDim, int valueDim) => 0;

    /// <summary>A tile, and the largest head dimension that it is good for.</summary>
    private readonly record struct Row(int HeadDimLimit, TileConfig Tile)
    {
        public bool Fits(in TileRequest request) => request.LargestDim <= HeadDimLimit && BackwardTiles.Fits(Tile, in request);
    }
}
