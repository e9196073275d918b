namespace FlexAttention.Masking;

/// <summary>Lists blocks by their keys: row <c>r</c> of the new lists is a block of keys, and what it lists are blocks of queries.</summary>
internal static class BlockTransposer
{
    /// <summary>The same blocks with queries and keys exchanged.</summary>
    public static BlockLists Transpose(BlockLists lists)
    {
        BlockGrid grid = lists.Grid;
        return new BlockLists(grid.Transposed, Transpose(grid, lists.Partial), Transpose(grid, lists.Full));
    }

    private static RunList Transpose(BlockGrid grid, RunList list)
    {
        var offsets = new int[grid.Transposed.Rows + 1];
        // The end of the last run of each new row: it goes on where the next row has the block, too.
        var ends = new int[grid.Transposed.Rows];
        Visit((row, query) =>
        {
            if (ends[row] != query || query == 0)
                offsets[row + 1]++;
            ends[row] = query + 1;
        });
        for (int row = 1; row < offsets.Length; row++)
            offsets[row] += offsets[row - 1];

        var runs = new BlockRun[offsets[^1]];
        int[] next = offsets[..^1];
        Visit((row, query) =>
        {
            if (next[row] > offsets[row] && runs[next[row] - 1].End == query)
                runs[next[row] - 1] = runs[next[row] - 1] with { End = query + 1 };
            else
                runs[next[row]++] = new BlockRun(query, query + 1);
        });
        return new RunList(offsets, runs);

        // Rows in order, so that the new runs ascend, too.
        void Visit(Action<int, int> visit)
        {
            for (int row = 0; row < list.Rows; row++)
            {
                (int batchHead, int query) = Math.DivRem(row, grid.QueryBlocks);
                foreach (BlockRun run in list[row])
                {
                    for (int key = run.First; key < run.End; key++)
                        visit((batchHead * grid.KeyBlocks) + key, query);
                }
            }
        }
    }
}
