namespace FlexAttention.Masking;

/// <summary>Blocks of masks that keep a band of distances: of each batch and head that differ two numbers, and nothing else.</summary>
internal sealed class BandStore : BlockStore
{
    private readonly DistanceBand[] _bands;
    private readonly Lazy<(long Partial, long Full)> _counts;

    /// <param name="grid">How pairs are divided into blocks.</param>
    /// <param name="bands">The band of each of the grid's batches and heads.</param>
    /// <param name="device">Where the mask's kernels run.</param>
    public BandStore(BlockGrid grid, DistanceBand[] bands, Device device)
        : base(grid, device)
    {
        _bands = bands;
        _counts = new(Count);
    }

    public override long PartialCount => _counts.Value.Partial;

    public override long FullCount => _counts.Value.Full;

    public override BlockLists ToLists()
    {
        var builder = new BlockListsBuilder(Grid);
        foreach (DistanceBand band in _bands)
        {
            for (int block = 0; block < Grid.QueryBlocks; block++)
            {
                (BlockRun before, BlockRun full, BlockRun behind) = RowOf(band, block);
                builder.Add(BlockKind.Partial, before);
                builder.Add(BlockKind.Full, full);
                builder.Add(BlockKind.Partial, behind);
                builder.EndRow();
            }
        }

        return builder.ToLists();
    }

    public override BlockStore CopyTo(Device other) => new BandStore(Grid, _bands, other);

    public override BlockStore Coarsen(int queryBlock, int keyBlock) =>
        new BandStore(Grid with { QueryBlock = queryBlock, KeyBlock = keyBlock }, _bands, Device);

    public override BlockStore Shorten(int queryLength, int keyLength) =>
        new BandStore(Grid with { QueryLength = queryLength, KeyLength = keyLength }, _bands, Device);

    public override BlockStore Transpose() =>
        new BandStore(Grid.Transposed, Array.ConvertAll(_bands, static band => band.Transposed), Device);

    /// <summary>Straight from the bands: lists of runs would take several times as long.</summary>
    protected override BlockTable MakeTable(int queryBlock, int keyBlock, bool transposed, CudaStream? stream)
    {
        BlockStore blocks = Coarsen(queryBlock, keyBlock);
        return ((BandStore)(transposed ? blocks.Transpose() : blocks)).MakeTable(stream);
    }

    private BlockTable MakeTable(CudaStream? stream)
    {
        (long ends, long partial) = (4 * Grid.Rows, PartialCount);
        BlockTable.CheckLength(ends + partial + Grid.KeyBlocks);
        var table = new int[ends + partial + Grid.KeyBlocks];
        WriteTable(table);
        return BlockTable.Upload(Grid, table, partial, Device, stream);
    }

    /// <summary>Of full blocks no row has more than one run: all share the numbers of one whole row.</summary>
    private void WriteTable(Span<int> table)
    {
        Span<int> partialRanges = table[..(int)(2 * Grid.Rows)], fullRanges = table[partialRanges.Length..(2 * partialRanges.Length)];
        Span<int> partial = table.Slice(2 * partialRanges.Length, (int)PartialCount), row = table[^Grid.KeyBlocks..];
        for (int block = 0; block < row.Length; block++)
            row[block] = block;
        (int next, int end) = (0, 0);
        foreach (DistanceBand band in _bands)
        {
            for (int block = 0; block < Grid.QueryBlocks; block++)
            {
                (BlockRun before, BlockRun full, BlockRun behind) = RowOf(band, block);
                partialRanges[next] = end;
                row[before.First..before.End].CopyTo(partial[end..]);
                row[behind.First..behind.End].CopyTo(partial[(end + before.Length)..]);
                end += before.Length + behind.Length;
                partialRanges[next + 1] = end;
                (fullRanges[next], fullRanges[next + 1]) = (full.First, full.End);
                next += 2;
            }
        }
    }

    private (long Partial, long Full) Count()
    {
        long partial = 0, full = 0;
        foreach (DistanceBand band in _bands)
        {
            for (int block = 0; block < Grid.QueryBlocks; block++)
            {
                (BlockRun before, BlockRun covered, BlockRun behind) = RowOf(band, block);
                partial += before.Length + behind.Length;
                full += covered.Length;
            }
        }

        return (partial, full);
    }

    /// <summary>The partial blocks before the full ones, the full ones, and the partial ones behind them.</summary>
    private (BlockRun Before, BlockRun Full, BlockRun Behind) RowOf(DistanceBand band, int block)
    {
        BlockRun touched = band.Touched(Grid, block), full = band.Covered(Grid, block);
        return full.Length == 0
            ? (touched, full, default)
            : (touched with { End = full.First }, full, touched with { First = full.End });
    }
}
