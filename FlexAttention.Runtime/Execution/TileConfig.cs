namespace FlexAttention;

/// <summary>What a block of threads works on at once.</summary>
/// <param name="BlockM">Query rows.</param>
/// <param name="BlockN">Keys.</param>
/// <param name="Warps">Warps of 32 threads.</param>
/// <param name="Stages">Key/value tiles in shared memory at once.</param>
internal readonly record struct TileConfig(int BlockM, int BlockN, int Warps, int Stages)
{
    /// <summary>The elements that pad a row of a tile in shared memory, so that rows start in different banks.</summary>
    private const int RowPadding = 8;

    /// <summary>The threads of a block.</summary>
    public int Threads => Warps * 32;

    /// <summary>The dynamic shared memory of a block, as the kernels lay it out: the tile of q, then the stages of k and v.</summary>
    public int SharedBytes(ElementType element, int headDim, int valueDim)
    {
        int elementSize = element == ElementType.Float32 ? 4 : 2;
        int queries = BlockM * (headDim + RowPadding);
        int stage = BlockN * (headDim + RowPadding + valueDim + RowPadding);
        return (queries + (Stages * stage)) * elementSize;
    }
}
