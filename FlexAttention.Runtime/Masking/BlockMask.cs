using FlexAttention.Descriptors;
using FlexAttention.Execution;
using FlexAttention.Masking;

namespace FlexAttention;

/// <summary>
/// Which blocks of (query, key) pairs a mask leaves: attention skips the empty ones, and evaluates the mask in the partial
/// ones only. Memory grows with the number of blocks that are left.
/// </summary>
/// <remarks>
/// Created by a mask variant's <c>CreateBlockMask</c>, for one mask with the captures it had at that time, one batch size,
/// number of query heads and pair of lengths. A mask whose formula does not depend on the batch or the head is built once
/// for all of them, and then serves any batch size or number of heads.
/// </remarks>
public sealed partial class BlockMask : IDisposable
{
    private readonly IndexDependence _dependence;
    private readonly BlockStore _store;
    private readonly Lock _gate = new();
    private volatile BlockTable[] _tables = [];
    private volatile BlockTable[] _transposed = [];
    private volatile bool _disposed;
    private bool _isCached;

    private BlockMask(string maskName, IndexDependence dependence, int batch, int heads, BlockStore store)
    {
        MaskName = maskName;
        Batch = batch;
        Heads = heads;
        _dependence = dependence;
        _store = store;
    }

    /// <summary>The name of the mask variant that this was created from.</summary>
    public string MaskName { get; }

    /// <summary>The device that holds the mask.</summary>
    public Device Device => _store.Device;

    /// <summary>The number of batches.</summary>
    public int Batch { get; }

    /// <summary>The number of query heads.</summary>
    public int Heads { get; }

    /// <summary>The number of queries.</summary>
    public int QueryLength => _store.Grid.QueryLength;

    /// <summary>The number of keys.</summary>
    public int KeyLength => _store.Grid.KeyLength;

    /// <summary>The queries of a block.</summary>
    public int QueryBlockSize => _store.Grid.QueryBlock;

    /// <summary>The keys of a block.</summary>
    public int KeyBlockSize => _store.Grid.KeyBlock;

    /// <summary>The number of blocks along the queries.</summary>
    public int QueryBlocks => _store.Grid.QueryBlocks;

    /// <summary>The number of blocks along the keys.</summary>
    public int KeyBlocks => _store.Grid.KeyBlocks;

    /// <summary>Whether all batches share their blocks, since the mask does not depend on the batch.</summary>
    public bool IsSharedByBatches => !_dependence.HasAny(IndexDependence.Batch);

    /// <summary>Whether all heads share their blocks, since the mask does not depend on the head.</summary>
    public bool IsSharedByHeads => !_dependence.HasAny(IndexDependence.Head);

    /// <summary>The number of full blocks. Blocks that batches or heads share count once, here and in the other counts.</summary>
    public long FullBlocks => _store.FullCount;

    /// <summary>The number of partial blocks.</summary>
    public long PartialBlocks => _store.PartialCount;

    /// <summary>The number of empty blocks.</summary>
    public long EmptyBlocks => _store.Grid.Blocks - FullBlocks - PartialBlocks;

    /// <summary>
    /// The share of blocks that are empty, from 0 to 1: the work that is skipped. Format it with <c>P1</c> for percent.
    /// 0 where there are no blocks at all.
    /// </summary>
    public double Sparsity => _store.Grid.Blocks == 0 ? 0 : (double)EmptyBlocks / _store.Grid.Blocks;

    /// <summary>Whether this has been disposed.</summary>
    public bool IsDisposed => _disposed;

    /// <summary>Builds the block mask of a mask variant. Called by generated code.</summary>
    /// <param name="variant">The mask variant, its captures bound on the device that the options name.</param>
    /// <param name="batch">The number of batches.</param>
    /// <param name="heads">The number of query heads.</param>
    /// <param name="queryLength">The number of queries.</param>
    /// <param name="keyLength">The number of keys.</param>
    /// <param name="options">What the creation chooses; the defaults when null.</param>
    public static BlockMask Create<TVariant>(
        in TVariant variant, int batch, int heads, int queryLength, int keyLength, BlockMaskOptions? options = null)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        VariantDescriptor descriptor = TVariant.Descriptor;
        string name = BlockMaskValidator.MaskName(descriptor);
        BlockGrid grid = BlockMaskValidator.Grid(
            descriptor.MaskDependence, batch, heads, queryLength, keyLength, options ??= BlockMaskOptions.Default);
        if (options.Cache is not { } cache)
            return new BlockMask(name, descriptor.MaskDependence, batch, heads, BlockBuilder.Build(in variant, grid, options));
        TVariant copy = variant;
        return cache.GetOrCreate(
            BlockMaskKey.Of(in variant, batch, heads, grid, options),
            () => new BlockMask(name, descriptor.MaskDependence, batch, heads, BlockBuilder.Build(in copy, grid, options)) { _isCached = true });
    }

    /// <summary>A copy on the given device, even where this mask is on it already.</summary>
    public BlockMask To(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new BlockMask(MaskName, _dependence, Batch, Heads, _store.CopyTo(device));
    }

    /// <summary>
    /// The kinds of the blocks of one batch and head, by query block and key block. Masks that are shared by batches or
    /// heads give the same for all of them.
    /// </summary>
    public BlockKind[,] ToDense(int batch = 0, int head = 0) => ListsOf(batch, head).ToDense();

    /// <summary>
    /// Whether both masks divide the same pairs into the same blocks and keep the same of them, whatever their device.
    /// </summary>
    public bool HasSameBlocksAs(BlockMask other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (_store.Grid != other._store.Grid || FullBlocks != other.FullBlocks || PartialBlocks != other.PartialBlocks)
            return false;
        return ToLists().HasSameBlocksAs(other.ToLists());
    }

    /// <summary>Frees the mask's memory, unless a <see cref="BlockMaskCache"/> keeps it.</summary>
    public void Dispose()
    {
        if (!_isCached)
            Free();
    }

    /// <summary>Frees the mask's memory.</summary>
    internal void Free()
    {
        lock (_gate)
        {
            _disposed = true;
            _store.Free();
            foreach (BlockTable table in _tables)
                table.Free();
            foreach (BlockTable table in _transposed)
                table.Free();
        }
    }

    /// <summary>Throws unless the mask fits a call.</summary>
    internal void Validate(
        VariantDescriptor variant, int batch, int heads, int queryLength, int keyLength, Device device, string parameter) =>
        BlockMaskValidator.Fits(this, variant, batch, heads, queryLength, keyLength, device, parameter);

    /// <summary>
    /// The lists in blocks that are multiples of a kernel's tile: this mask's own where they are, else larger blocks.
    /// Made at the first call for that tile; later calls allocate nothing.
    /// </summary>
    /// <param name="tileM">The queries of a tile.</param>
    /// <param name="tileN">The keys of a tile.</param>
    /// <param name="extents">What the lists are indexed by.</param>
    /// <param name="stream">The stream of the call; null on the CPU.</param>
    internal BlockMaskView ViewFor(int tileM, int tileN, out BlockMaskExtents extents, CudaStream? stream = null)
    {
        (int queryBlock, int keyBlock) = BlocksFor(tileM, tileN);
        BlockTable table = Find(_tables, queryBlock, keyBlock) ?? AddTable(queryBlock, keyBlock, stream);
        table.Precede(stream);
        extents = table.Extents;
        return table.View;
    }

    /// <summary>
    /// The same lists by key block, of query blocks, computed at the first call. In the extents, too, queries and keys are
    /// exchanged.
    /// </summary>
    internal BlockMaskView TransposedViewFor(int tileM, int tileN, out BlockMaskExtents extents, CudaStream? stream = null)
    {
        (int queryBlock, int keyBlock) = BlocksFor(tileM, tileN);
        BlockTable table = Find(_transposed, keyBlock, queryBlock) ?? AddTransposed(queryBlock, keyBlock, stream);
        table.Precede(stream);
        extents = table.Extents;
        return table.View;
    }

    private (int QueryBlock, int KeyBlock) BlocksFor(int tileM, int tileN)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return (Rounding.Up(QueryBlockSize, tileM), Rounding.Up(KeyBlockSize, tileN));
    }

    private static BlockTable? Find(BlockTable[] tables, int queryBlock, int keyBlock)
    {
        foreach (BlockTable table in tables)
        {
            if (table.Grid.QueryBlock == queryBlock && table.Grid.KeyBlock == keyBlock)
                return table;
        }

        return null;
    }

    private BlockTable AddTable(int queryBlock, int keyBlock, CudaStream? stream)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (Find(_tables, queryBlock, keyBlock) is { } found)
                return found;
            BlockTable table = _store.ToTable(queryBlock, keyBlock, transposed: false, stream);
            _tables = [.. _tables, table];
            return table;
        }
    }

    private BlockTable AddTransposed(int queryBlock, int keyBlock, CudaStream? stream)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (Find(_transposed, keyBlock, queryBlock) is { } found)
                return found;
            BlockGrid grid = _store.Grid with { QueryBlock = queryBlock, KeyBlock = keyBlock };
            BlockMaskValidator.Rows(grid.Transposed, nameof(BlockMaskOptions.KeyBlockSize));
            BlockTable table = _store.ToTable(queryBlock, keyBlock, transposed: true, stream);
            _transposed = [.. _transposed, table];
            return table;
        }
    }

    private BlockLists ToLists()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _store.ToLists();
    }

    private BlockLists ListsOf(int batch, int head)
    {
        BlockMaskValidator.Index(batch, Batch, nameof(batch));
        BlockMaskValidator.Index(head, Heads, nameof(head));
        return ToLists().Slice(IsSharedByBatches ? 0 : batch, IsSharedByHeads ? 0 : head);
    }
}
