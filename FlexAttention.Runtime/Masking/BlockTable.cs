using FlexAttention.Execution;

namespace FlexAttention.Masking;

/// <summary>
/// The lists of a block mask in the memory of one device, as kernels walk them: row <c>r</c>'s partial blocks are
/// <c>partialIndices[partialRanges[2 r] .. partialRanges[2 r + 1]]</c>, ascending, and its full blocks likewise.
/// </summary>
internal sealed unsafe class BlockTable : BlockStore
{
    /// <summary>[2, rows, 2]: of the partial, then of the full blocks. The indices may follow in the same memory.</summary>
    private readonly DeviceTensor<int> _ranges;

    /// <summary>Of the partial blocks, then of the full ones.</summary>
    private readonly DeviceTensor<int> _indices;
    private readonly long _fullStart;
    private readonly StreamOrder? _order;
    private readonly IBlockRegrouper? _regrouper;
    private readonly BlockTable? _transposed;
    private volatile bool _isFreed;
    private long _partialCount = -1;
    private long _fullCount = -1;

    /// <param name="grid">How pairs are divided into blocks.</param>
    /// <param name="ranges">[2, rows, 2]: of the partial, then of the full blocks. It may be longer.</param>
    /// <param name="indices">Those of the partial blocks, then those of the full ones.</param>
    /// <param name="fullStart">Where those of the full ones begin.</param>
    /// <param name="order">What the lists are ready after, where they may not be yet.</param>
    /// <param name="regrouper">What makes other lists of these on their device.</param>
    /// <param name="transposed">The same blocks by keys, in the same memory.</param>
    public BlockTable(
        BlockGrid grid,
        DeviceTensor<int> ranges,
        DeviceTensor<int> indices,
        long fullStart,
        StreamOrder? order = null,
        IBlockRegrouper? regrouper = null,
        BlockTable? transposed = null)
        : base(grid, ranges.Device)
    {
        _ranges = ranges;
        _indices = indices;
        _fullStart = fullStart;
        _order = order;
        _regrouper = regrouper;
        _transposed = transposed;
    }

    public override long PartialCount => CountOf(full: false, ref _partialCount);

    public override long FullCount => CountOf(full: true, ref _fullCount);

    /// <summary>The addresses of the lists.</summary>
    public BlockMaskView View => new()
    {
        PartialRanges = (int*)_ranges.Pointer,
        PartialIndices = (int*)_indices.Pointer,
        FullRanges = (int*)_ranges.Pointer + (2 * Grid.Rows),
        FullIndices = (int*)_indices.Pointer + _fullStart,
    };

    /// <summary>What the lists are indexed by.</summary>
    public BlockMaskExtents Extents => new()
    {
        Batch = Grid.Batch,
        Heads = Grid.Heads,
        QueryBlock = Grid.QueryBlock,
        KeyBlock = Grid.KeyBlock,
    };

    /// <summary>Lists blocks on a device, on a GPU in the order of a stream.</summary>
    public static BlockTable From(BlockLists lists, Device device, CudaStream? stream = null)
    {
        (int[] partialRanges, int[] partialIndices) = lists.Partial.ToIndices(lists.Grid.KeyBlocks);
        (int[] fullRanges, int[] fullIndices) = lists.Full.ToIndices(lists.Grid.KeyBlocks);
        CheckLength((2L * partialRanges.Length) + partialIndices.Length + fullIndices.Length);
        int[] table = [.. partialRanges, .. fullRanges, .. partialIndices, .. fullIndices];
        return Upload(lists.Grid, table, partialIndices.Length, device, stream);
    }

    /// <summary>Throws where ranges and indices do not fit an array.</summary>
    public static void CheckLength(long length)
    {
        if (length > Array.MaxLength)
        {
            throw new NotSupportedException(
                "The block mask has more than 2^31 - 1 blocks to compute: choose larger blocks in BlockMaskOptions.");
        }
    }

    /// <summary>Copies ranges and the indices behind them to a device, all at once.</summary>
    public static BlockTable Upload(BlockGrid grid, int[] table, long fullStart, Device device, CudaStream? stream)
    {
        DeviceTensor<int> memory = DeviceTensor<int>.AllocateResult(device, [table.Length], stream);
        memory.CopyFrom(table, stream);
        long ends = 4 * grid.Rows;
        StreamOrder? order = device is CudaDevice gpu ? new StreamOrder(gpu, stream ?? gpu.DefaultStream) : null;
        return new BlockTable(grid, memory, memory.Slice(0, ends, table.Length - ends), fullStart, order);
    }

    /// <summary>Lets what is queued on a stream from now on find the lists ready.</summary>
    public void Precede(CudaStream? stream)
    {
        if (stream is not null)
            _order?.Precede(stream);
    }

    public override BlockLists ToLists() => new(Grid, Runs(full: false), Runs(full: true));

    public override void Free()
    {
        _isFreed = true;
        _transposed?.Free();
        _ranges.Dispose();
        _indices.Dispose();
        _order?.Dispose();
    }

    protected override BlockTable? TableAtHand(bool transposed) => transposed ? _transposed : this;

    protected override BlockTable MakeTable(int queryBlock, int keyBlock, bool transposed, CudaStream? stream)
    {
        if (_regrouper is null || Device is not CudaDevice gpu)
            return base.MakeTable(queryBlock, keyBlock, transposed, stream);
        BlockGrid grid = Grid with { QueryBlock = queryBlock, KeyBlock = keyBlock };
        return _regrouper.Regroup(this, transposed ? grid.Transposed : grid, transposed, stream ?? gpu.DefaultStream);
    }

    /// <summary>Read from the device when first asked for.</summary>
    private long CountOf(bool full, ref long known)
    {
        if (Volatile.Read(ref known) >= 0)
            return known;
        int[] ranges = Ranges(full);
        long count = 0;
        for (int row = 0; row < ranges.Length; row += 2)
            count += ranges[row + 1] - ranges[row];
        Volatile.Write(ref known, count);
        return count;
    }

    private int[] Ranges(bool full)
    {
        ObjectDisposedException.ThrowIf(_isFreed, typeof(BlockMask));
        _order?.Synchronize();
        return _ranges.Slice(0, full ? 2 * Grid.Rows : 0, 2 * Grid.Rows).ToArray();
    }

    private RunList Runs(bool full)
    {
        int[] ranges = Ranges(full);
        DeviceTensor<int> indices = full
            ? _indices.Slice(0, _fullStart, _indices.Length - _fullStart)
            : _indices.Slice(0, 0, _fullStart);
        return RunList.From(ranges, indices.ToArray());
    }
}
