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
    public BlockLists Slice(int batch, int head)
    {
        int first = ((batch * Grid.Heads) + head) * Grid.QueryBlocks;
        return new BlockLists(
            Grid with { Batch = 1, Heads = 1 }, Partial.Slice(first, Grid.QueryBlocks), Full.Slice(first, Grid.QueryBlocks));
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
