namespace FlexAttention.Masking;

/// <summary>
/// The blocks that a mask leaves, in host memory, as two compressed lists: row <c>r</c>'s partial blocks are
/// <c>PartialIndices[PartialOffsets[r] .. PartialOffsets[r + 1]]</c>, ascending, and its full blocks likewise. Empty blocks
/// take no memory.
/// </summary>
internal sealed record BlockLists(
    BlockGrid Grid, int[] PartialOffsets, int[] PartialIndices, int[] FullOffsets, int[] FullIndices)
{
    public ReadOnlySpan<int> PartialBlocks(int row) =>
        PartialIndices.AsSpan(PartialOffsets[row]..PartialOffsets[row + 1]);

    public ReadOnlySpan<int> FullBlocks(int row) => FullIndices.AsSpan(FullOffsets[row]..FullOffsets[row + 1]);

    /// <summary>Joins rows that were decided one by one.</summary>
    public static BlockLists Join(BlockGrid grid, BlockRow[] rows)
    {
        var partialOffsets = new int[rows.Length + 1];
        var fullOffsets = new int[rows.Length + 1];
        for (int r = 0; r < rows.Length; r++)
        {
            partialOffsets[r + 1] = rows[r].PartialCount;
            fullOffsets[r + 1] = rows[r].FullCount;
        }

        SumUp(partialOffsets);
        SumUp(fullOffsets);
        var partialIndices = new int[partialOffsets[^1]];
        var fullIndices = new int[fullOffsets[^1]];
        for (int r = 0; r < rows.Length; r++)
            rows[r].CopyTo(partialIndices.AsSpan(partialOffsets[r]), fullIndices.AsSpan(fullOffsets[r]));
        return new BlockLists(grid, partialOffsets, partialIndices, fullOffsets, fullIndices);
    }

    /// <summary>Turns <c>0, count of row 0, count of row 1, ...</c> into offsets, in place.</summary>
    public static void SumUp(int[] counts)
    {
        long sum = 0;
        for (int r = 1; r < counts.Length; r++)
        {
            sum += counts[r];
            if (sum > int.MaxValue)
            {
                throw new NotSupportedException(
                    "The block mask has more than 2^31 - 1 blocks to compute: choose larger blocks in BlockMaskOptions.");
            }

            counts[r] = (int)sum;
        }
    }

    /// <summary>Whether both have the same blocks, by content (the record's own equality compares arrays by reference).</summary>
    public bool HasSameBlocksAs(BlockLists other) =>
        Grid == other.Grid
        && PartialOffsets.AsSpan().SequenceEqual(other.PartialOffsets)
        && PartialIndices.AsSpan().SequenceEqual(other.PartialIndices)
        && FullOffsets.AsSpan().SequenceEqual(other.FullOffsets)
        && FullIndices.AsSpan().SequenceEqual(other.FullIndices);

    /// <summary>The rows of one batch and head alone.</summary>
    public BlockLists Slice(int batch, int head)
    {
        int first = ((batch * Grid.Heads) + head) * Grid.QueryBlocks;
        (int[] partialOffsets, int[] partialIndices) = SliceOf(PartialOffsets, PartialIndices);
        (int[] fullOffsets, int[] fullIndices) = SliceOf(FullOffsets, FullIndices);
        return new BlockLists(Grid with { Batch = 1, Heads = 1 }, partialOffsets, partialIndices, fullOffsets, fullIndices);

        (int[] Offsets, int[] Indices) SliceOf(int[] offsets, int[] indices)
        {
            int start = offsets[first];
            int[] rows = offsets[first..(first + Grid.QueryBlocks + 1)];
            for (int r = 0; r < rows.Length; r++)
                rows[r] -= start;
            return (rows, indices[start..(start + rows[^1])]);
        }
    }

    /// <summary>The kinds of all blocks of the first batch and head, by query block and key block.</summary>
    public BlockKind[,] ToDense()
    {
        var kinds = new BlockKind[Grid.QueryBlocks, Grid.KeyBlocks];
        for (int row = 0; row < Grid.QueryBlocks; row++)
        {
            foreach (int block in PartialBlocks(row))
                kinds[row, block] = BlockKind.Partial;
            foreach (int block in FullBlocks(row))
                kinds[row, block] = BlockKind.Full;
        }

        return kinds;
    }
}
