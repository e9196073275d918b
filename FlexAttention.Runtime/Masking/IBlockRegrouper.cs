namespace FlexAttention.Masking;

/// <summary>Makes other lists of lists in a GPU's memory, there.</summary>
internal interface IBlockRegrouper
{
    /// <summary>Starts the kernels that list the same mask in other blocks.</summary>
    /// <param name="source">The lists.</param>
    /// <param name="grid">The new blocks, none smaller than the old ones.</param>
    /// <param name="transposed">Whether queries and keys are exchanged in the new blocks.</param>
    /// <param name="queue">The stream.</param>
    BlockTable Regroup(BlockTable source, BlockGrid grid, bool transposed, CudaStream queue);
}
