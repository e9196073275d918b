namespace FlexAttention.Execution;

/// <summary>The tiles of the Hopper backward kernel by head dimension, the best first.</summary>
internal static class HopperBackwardTiles
{
    /// <summary>The tiles of gradients of scores in shared memory at once: <c>flex::backward_sm90::kScoreStages</c>.</summary>
    private const int ScoreStages = 2;

    private const int HalfSize = 2;

    private static readonly TileConfig[] UpTo64 = [TileConfig.HopperBackward(128, 128), TileConfig.HopperBackward(64, 128)];

    private static readonly TileConfig[] UpTo128 = [TileConfig.HopperBackward(64, 128)];

    /// <summary>
    /// The tiles for a head dimension, the larger one of q's and v's. There are none above 128: the gradients of keys and values
    /// would not fit the registers.
    /// </summary>
    public static ReadOnlySpan<TileConfig> For(int headDim) => headDim switch
    {
        <= 64 => UpTo64,
        <= 128 => UpTo128,
        _ => [],
    };

    /// <summary>
    /// The tiles take nearly all registers. Some that are spilled, for a soft cap or captures that learn, cost less than a smaller
    /// tile, which is slower by a fifth, or the other kernel, which takes three times as long.
    /// </summary>
    public static int HarmlessSpillBytes(in TileConfig tile) =>
        tile.Family != KernelFamily.Hopper ? 0 : tile.BlockM > 64 ? 256 : 4096;

    /// <summary>
    /// The dynamic shared memory of a block: keys and values, the stages of queries and of the gradients of their outputs, those
    /// of scores, and the sums for the queries.
    /// </summary>
    public static int SharedBytes(in TileConfig tile, int headDim, int valueDim)
    {
        int headRow = TileConfig.SwizzledRow(headDim), valueRow = TileConfig.SwizzledRow(valueDim);
        return TileConfig.SwizzleAlignment
            + ((tile.BlockN + (tile.Stages * tile.BlockM)) * (headRow + valueRow))
            + (ScoreStages * tile.BlockM * tile.BlockN * HalfSize)
            + (tile.BlockM * headRow / HalfSize * sizeof(float));
    }
}
