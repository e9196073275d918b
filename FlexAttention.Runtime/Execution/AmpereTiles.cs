namespace FlexAttention.Execution;

/// <summary>The tiles of the kernels for compute capability 8.0 and later, the best first.</summary>
internal static class AmpereTiles
{
    /// <summary>What a block may use of the shared memory besides the tiles: what the variant keeps for each row.</summary>
    public const int RowStageBytes = 2048;

    /// <summary>For 16-bit elements, on the tensor cores.</summary>
    private static readonly Row[] TensorCore =
    [
        new(64, new TileConfig(128, 64, 4, 2, TwoLoops: true)),
        new(64, new TileConfig(128, 64, 4, 2)),
        new(64, new TileConfig(128, 32, 4, 2)),
        new(64, new TileConfig(64, 32, 4, 2)),
        new(128, new TileConfig(128, 64, 4, 1)),
        new(128, new TileConfig(128, 64, 4, 1, Park: true)),
        new(128, new TileConfig(128, 64, 4, 1, TwoLoops: true, Park: true)),
        new(128, new TileConfig(128, 64, 4, 1, TwoLoops: true)),
        new(128, new TileConfig(128, 32, 4, 1)),
        new(128, new TileConfig(64, 32, 4, 1)),
        new(256, new TileConfig(64, 64, 4, 1)),
        new(256, new TileConfig(64, 32, 4, 1)),
        new(256, new TileConfig(64, 16, 4, 1)),
    ];

    /// <summary>For 32-bit elements.</summary>
    private static readonly Row[] SinglePrecision =
    [
        new(128, new TileConfig(64, 64, 8, 1)),
        new(256, new TileConfig(32, 32, 4, 1)),
    ];

    /// <summary>All tiles for an element type.</summary>
    public static ReadOnlySpan<Row> For(ElementType element) => element == ElementType.Float32 ? SinglePrecision : TensorCore;

    /// <summary>A tile, and the largest head dimension that it is good for.</summary>
    public readonly record struct Row(int HeadDimLimit, TileConfig Tile)
    {
        public bool Fits(in TileRequest request) =>
            request.LargestDim <= HeadDimLimit
            && Tile.SharedBytes(request.Element, request.HeadDim, request.ValueDim) + Tile.ParkBytes + RowStageBytes <= request.SharedLimit;
    }
}
