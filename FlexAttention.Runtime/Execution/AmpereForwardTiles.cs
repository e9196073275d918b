namespace FlexAttention.Execution;

/// <summary>The tiles of the forward kernels for compute capability 8.0 and later, the best first.</summary>
internal static class AmpereForwardTiles
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

    /// <summary>The dynamic shared memory of a block.</summary>
    public static int SharedBytes(in TileConfig tile, ElementType element, int headDim, int valueDim) =>
        element == ElementType.Float32 ? SinglePrecisionBytes(in tile, headDim, valueDim) : TensorCoreBytes(in tile, headDim, valueDim);

    /// <summary>The tile of q, then the stages of k and v; at the end the output takes the same place.</summary>
    private static int TensorCoreBytes(in TileConfig tile, int headDim, int valueDim)
    {
        int headRow = (headDim * 2) + TileConfig.RowPadding, valueRow = (valueDim * 2) + TileConfig.RowPadding;
        int inputs = (tile.BlockM * headRow) + (tile.Stages * tile.BlockN * (headRow + valueRow));
        return Math.Max(inputs, tile.BlockM * valueRow);
    }

    /// <summary>The tile of q, one tile that holds k and then v, and the probabilities.</summary>
    private static int SinglePrecisionBytes(in TileConfig tile, int headDim, int valueDim)
    {
        int queryRow = (headDim * 4) + TileConfig.RowPadding;
        int keyRow = (Math.Max(headDim, valueDim) * 4) + TileConfig.RowPadding;
        int probabilityRow = (tile.BlockN * 4) + TileConfig.RowPadding;
        return (tile.BlockM * (queryRow + probabilityRow)) + (tile.BlockN * keyRow);
    }

    /// <summary>The static shared memory of a block that depends on the tile: maximum and sum of every row of every thread.</summary>
    private static int ParkBytes(in TileConfig tile) =>
        tile.Park ? tile.BlockM / (16 * tile.Warps) * 2 * 2 * sizeof(float) * tile.Threads : 0;

    /// <summary>A tile, and the largest head dimension that it is good for.</summary>
    public readonly record struct Row(int HeadDimLimit, TileConfig Tile)
    {
        public bool Fits(in TileRequest request) =>
            request.LargestDim <= HeadDimLimit
            && SharedBytes(Tile, request.Element, request.HeadDim, request.ValueDim) + ParkBytes(Tile) + RowStageBytes <= request.SharedLimit;
    }
}
