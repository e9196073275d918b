namespace FlexAttention.Execution;

/// <summary>
/// The tiles of the backward kernels for compute capability 8.0 and later, the best first. A tile is BlockN keys that stay,
/// against BlockM queries at a time; for the gradients of queries the two change roles.
/// </summary>
internal static class AmpereBackwardTiles
{
    /// <summary>For 16-bit elements, on the tensor cores.</summary>
    private static readonly Row[] TensorCore =
    [
        new(64, new TileConfig(64, 128, 4, 2)),
        new(64, new TileConfig(32, 128, 4, 2)),
        new(64, new TileConfig(64, 64, 4, 2)),
        new(64, new TileConfig(32, 64, 4, 1)),
        new(128, new TileConfig(64, 128, 8, 2)),
        new(128, new TileConfig(32, 128, 8, 2)),
        new(128, new TileConfig(32, 64, 4, 2)),
        new(128, new TileConfig(32, 64, 4, 1)),
        new(128, new TileConfig(16, 64, 4, 1)),
        new(192, new TileConfig(64, 64, 4, 1)),
        new(256, new TileConfig(32, 64, 4, 1)),
        new(256, new TileConfig(16, 64, 4, 1)),
    ];

    /// <summary>For 32-bit elements: 8 keys a warp.</summary>
    private static readonly Row[] SinglePrecision =
    [
        new(64, new TileConfig(64, 64, 8, 1)),
        new(128, new TileConfig(32, 64, 8, 1)),
        new(128, new TileConfig(16, 64, 8, 1)),
        new(256, new TileConfig(16, 32, 4, 1)),
        new(256, new TileConfig(16, 16, 2, 1)),
    ];

    /// <summary>All tiles for an element type.</summary>
    public static ReadOnlySpan<Row> For(ElementType element) => element == ElementType.Float32 ? SinglePrecision : TensorCore;

    /// <summary>The dynamic shared memory of a block: the tiles of k and v, then the stages of q and the gradient of the output.</summary>
    public static int SharedBytes(in TileConfig tile, ElementType element, int headDim, int valueDim)
    {
        int elementSize = element == ElementType.Float32 ? sizeof(float) : sizeof(ushort);
        int rows = tile.BlockN + (tile.Stages * tile.BlockM);
        return rows * (((headDim + valueDim) * elementSize) + (2 * TileConfig.RowPadding));
    }

    /// <summary>A tile, and the largest head dimension that it is good for.</summary>
    public readonly record struct Row(int HeadDimLimit, TileConfig Tile)
    {
        public bool Fits(in TileRequest request) => request.LargestDim <= HeadDimLimit && BackwardTiles.Fits(Tile, in request);
    }
}
