namespace FlexAttention;

/// <summary>What a block of threads works on at once.</summary>
/// <param name="BlockM">Query rows.</param>
/// <param name="BlockN">Keys.</param>
/// <param name="Warps">Warps of 32 threads.</param>
/// <param name="Stages">Key/value tiles in shared memory at once.</param>
/// <param name="TwoLoops">
/// Whether masked tiles of keys have a loop of their own: less time where registers allow it.
/// </param>
/// <param name="Park">Whether the softmax's state waits in shared memory during the first product: fewer registers.</param>
internal readonly record struct TileConfig(
    int BlockM, int BlockN, int Warps, int Stages, bool TwoLoops = false, bool Park = false)
{
    /// <summary>The bytes that pad a row of a tile in shared memory, so that rows start in different banks.</summary>
    private const int RowPadding = 16;

    /// <summary>The threads of a block.</summary>
    public int Threads => Warps * 32;

    /// <summary>The static shared memory of a block that depends on the tile: maximum and sum of every row of every thread.</summary>
    public int ParkBytes => Park ? BlockM / (16 * Warps) * 2 * 2 * sizeof(float) * Threads : 0;

    /// <summary>The dynamic shared memory of a block, as the kernels lay it out.</summary>
    public int SharedBytes(ElementType element, int headDim, int valueDim) =>
        element == ElementType.Float32 ? SimtBytes(headDim, valueDim) : TensorCoreBytes(headDim, valueDim);

    /// <summary>The tile of q, then the stages of k and v; at the end the output takes the same place.</summary>
    private int TensorCoreBytes(int headDim, int valueDim)
    {
        int headRow = (headDim * 2) + RowPadding, valueRow = (valueDim * 2) + RowPadding;
        int inputs = (BlockM * headRow) + (Stages * BlockN * (headRow + valueRow));
        return Math.Max(inputs, BlockM * valueRow);
    }

    /// <summary>The tile of q, one tile that holds k and then v, and the probabilities.</summary>
    private int SimtBytes(int headDim, int valueDim)
    {
        int keyRow = (Math.Max(headDim, valueDim) * 4) + RowPadding;
        return (BlockM * ((headDim * 4) + RowPadding)) + (BlockN * keyRow) + (BlockM * ((BlockN * 4) + RowPadding));
    }
}
