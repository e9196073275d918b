namespace FlexAttention.Masking;

/// <summary>The blocks that a mask leaves, in host memory. Empty blocks take no memory, and neighbours that of one.</summary>
internal sealed record BlockLists(BlockGrid Grid, RunList Partial, RunList Full)
{
    /// <summary>Those of a mask that leaves nothing.</summary>
    public static BlockLists Empty(BlockGrid grid) => new BlockListsBuilder(grid).ToLists();

    /// <summary>Whether both have the same blocks, by content (the record's own equality compares lists by reference).</summary>
    public bool HasSameBlocksAs(BlockLists other) =>
        Grid == other.Grid && Partial.HasSameBlocksAs(other.Partial) && Full.HasSameBlocksAs(other.Full);

    /// <summary>The rows of one batch and head alone.</summary>
    public BlockLists Slice(int batch, int head) => Slice(new BlockSlice(batch, 1, head, 1));

    /// <summary>The rows of some batches and heads.</summary>
    public BlockLists Slice(BlockSlice slice)
    {
        var builder = new BlockListsBuilder(Grid with { Batch = slice.Batch, Heads = slice.Heads });
        for (int batch = slice.FirstBatch; batch < slice.FirstBatch + slice.Batch; batch++)
        {
            int first = ((batch * Grid.Heads) + slice.FirstHead) * Grid.QueryBlocks;
            builder.AddRows(this, first, slice.Heads * Grid.QueryBlocks);
        }

        return builder.ToLists();
    }

    /// <summary>The same blocks of fewer queries and keys.</summary>
    public BlockLists Shorten(int queryLength, int keyLength)
    {
        BlockGrid grid = Grid with { QueryLength = queryLength, KeyLength = keyLength };
        var builder = new BlockListsBuilder(grid);
        for (int row = 0; row < grid.Rows; row++)
        {
            (int batch, int head, int block) = grid.Decode(row);
            int old = (((batch * Grid.Heads) + head) * Grid.QueryBlocks) + block;
            AddShortened(BlockKind.Partial, Partial[old]);
            AddShortened(BlockKind.Full, Full[old]);
            builder.EndRow();
        }

        return builder.ToLists();

        void AddShortened(BlockKind kind, ReadOnlySpan<BlockRun> runs)
        {
            foreach (BlockRun run in runs)
                builder.Add(kind, run with { End = Math.Min(run.End, grid.KeyBlocks) });
        }
    }

    /// <summary>The kinds of all blocks of the first batch and head, by query block and key block.</summary>
    public BlockKind[,] ToDense()
    {
        var kinds = new BlockKind[Grid.QueryBlocks, Grid.KeyBlocks];
        for (int row = 0; row < Grid.QueryBlocks; row++)
        {
            Fill(row, Partial, BlockKind.Partial);
            Fill(row, Full, BlockKind.Full);
        }

        return kinds;

        void Fill(int row, RunList list, BlockKind kind)
        {
            foreach (BlockRun run in list[row])
            {
                for (int block = run.First; block < run.End; block++)
                    kinds[row, block] = kind;
            }
        }
    }
}
