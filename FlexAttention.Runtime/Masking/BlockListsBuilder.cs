namespace FlexAttention.Masking;

/// <summary>Collects the blocks of a mask row by row.</summary>
internal sealed class BlockListsBuilder(BlockGrid grid, int rows)
{
    private readonly RunListBuilder _partial = new(rows);
    private readonly RunListBuilder _full = new(rows);

    /// <summary>For all rows of a grid.</summary>
    public BlockListsBuilder(BlockGrid grid)
        : this(grid, (int)grid.Rows)
    {
    }

    /// <summary>Adds neighbouring blocks to the current row, behind all that it has.</summary>
    public void Add(BlockKind kind, BlockRun run) => ListOf(kind)?.Add(run);

    /// <summary>Adds a row of which the runs are finished.</summary>
    public void AddRow(ReadOnlySpan<BlockRun> partial, ReadOnlySpan<BlockRun> full)
    {
        _partial.AddAll(partial);
        _full.AddAll(full);
        EndRow();
    }

    /// <summary>Adds rows that were collected apart.</summary>
    public void AddRows(BlockLists lists) => AddRows(lists, 0, lists.Partial.Rows);

    /// <summary>Adds some rows of other lists.</summary>
    public void AddRows(BlockLists lists, int first, int count)
    {
        for (int row = first; row < first + count; row++)
            AddRow(lists.Partial[row], lists.Full[row]);
    }

    /// <summary>Goes on to the next row.</summary>
    public void EndRow()
    {
        _partial.EndRow();
        _full.EndRow();
    }

    public BlockLists ToLists() => new(grid, _partial.ToList(), _full.ToList());

    private RunListBuilder? ListOf(BlockKind kind) => kind switch
    {
        BlockKind.Partial => _partial,
        BlockKind.Full => _full,
        _ => null,
    };
}
