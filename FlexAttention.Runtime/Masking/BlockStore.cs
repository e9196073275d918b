namespace FlexAttention.Masking;

/// <summary>What a block mask keeps its blocks in, and makes the lists of that kernels walk.</summary>
internal abstract class BlockStore(BlockGrid grid, Device device)
{
    public BlockGrid Grid => grid;

    public Device Device => device;

    public abstract long PartialCount { get; }

    public abstract long FullCount { get; }

    /// <summary>The blocks in host memory.</summary>
    public abstract BlockLists ToLists();

    /// <summary>The lists that kernels walk, in the memory of the store's device.</summary>
    /// <param name="queryBlock">The queries of a block, not fewer than the store's.</param>
    /// <param name="keyBlock">The keys of a block, not fewer than the store's.</param>
    /// <param name="transposed">Whether queries and keys are exchanged.</param>
    /// <param name="stream">The stream of the call that needs them first; null on the CPU.</param>
    public BlockTable ToTable(int queryBlock, int keyBlock, bool transposed, CudaStream? stream)
    {
        if (queryBlock == Grid.QueryBlock && keyBlock == Grid.KeyBlock && TableAtHand(transposed) is { } table)
            return table;
        if (stream is { IsCapturing: true })
        {
            throw new InvalidOperationException(
                "In a capture a block mask's lists cannot be made: make one such call, forward or backward, before it.");
        }

        return MakeTable(queryBlock, keyBlock, transposed, stream);
    }

    /// <summary>A copy for another device.</summary>
    public virtual BlockStore CopyTo(Device other) => new RunStore(ToLists(), other);

    /// <summary>The same mask in larger blocks: no kept pair is lost, and no rejected pair comes to lie in a full block.</summary>
    public virtual BlockStore Coarsen(int queryBlock, int keyBlock) =>
        new RunStore(BlockCoarsener.Coarsen(ToLists(), queryBlock, keyBlock), Device);

    /// <summary>The same mask for fewer queries and keys.</summary>
    public virtual BlockStore Shorten(int queryLength, int keyLength) => new RunStore(ToLists().Shorten(queryLength, keyLength), Device);

    /// <summary>The same mask with queries and keys exchanged.</summary>
    public virtual BlockStore Transpose() => new RunStore(BlockTransposer.Transpose(ToLists()), Device);

    /// <summary>Lists of the store's own blocks that are there already.</summary>
    protected virtual BlockTable? TableAtHand(bool transposed) => null;

    /// <summary>Lists that are not.</summary>
    protected virtual BlockTable MakeTable(int queryBlock, int keyBlock, bool transposed, CudaStream? stream)
    {
        BlockStore store = queryBlock == Grid.QueryBlock && keyBlock == Grid.KeyBlock ? this : Coarsen(queryBlock, keyBlock);
        return BlockTable.From((transposed ? store.Transpose() : store).ToLists(), Device, stream);
    }

    /// <summary>Frees the device's memory.</summary>
    public virtual void Free()
    {
    }
}
