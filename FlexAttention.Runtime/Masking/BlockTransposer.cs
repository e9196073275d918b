namespace FlexAttention.Masking;

/// <summary>Lists blocks by their keys: row <c>r</c> of the new lists is a block of keys, and what it lists are blocks of queries.</summary>
internal static class BlockTransposer
{
    /// <summary>The same blocks with queries and keys exchanged.</summary>
    public static BlockLists Transpose(BlockLists lists)
    {
        BlockGrid old = lists.Grid;
        var grid = new BlockGrid(old.Batch, old.Heads, old.KeyLength, old.QueryLength, old.KeyBlock, old.QueryBlock);
        (int[] partialOffsets, int[] partialIndices) = Transpose(old, grid, lists.PartialOffsets, lists.PartialIndices);
        (int[] fullOffsets, int[] fullIndices) = Transpose(old, grid, lists.FullOffsets, lists.FullIndices);
        return new BlockLists(grid, partialOffsets, partialIndices, fullOffsets, fullIndices);
    }

    private static (int[] Offsets, int[] Indices) Transpose(BlockGrid old, BlockGrid grid, int[] offsets, int[] indices)
    {
        var newOffsets = new int[grid.Rows + 1];
        for (int row = 0; row < offsets.Length - 1; row++)
        {
            int first = FirstOf(row);
            foreach (int key in indices.AsSpan(offsets[row]..offsets[row + 1]))
                newOffsets[first + key + 1]++;
        }

        BlockLists.SumUp(newOffsets);
        int[] next = [.. newOffsets];
        var newIndices = new int[indices.Length];
        // Rows in order, so that the new lists ascend, too.
        for (int row = 0; row < offsets.Length - 1; row++)
        {
            int first = FirstOf(row);
            foreach (int key in indices.AsSpan(offsets[row]..offsets[row + 1]))
                newIndices[next[first + key]++] = row % old.QueryBlocks;
        }

        return (newOffsets, newIndices);

        int FirstOf(int row) => row / old.QueryBlocks * old.KeyBlocks;
    }
}
