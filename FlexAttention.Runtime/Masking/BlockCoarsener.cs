namespace FlexAttention.Masking;

/// <summary>
/// Re-divides a mask into larger blocks, which need not be multiples of the old ones. A new block is full if every old
/// block that it touches is full, empty if every one is empty, else partial: no kept pair is lost, and no rejected pair
/// comes to lie in a full block.
/// </summary>
internal static class BlockCoarsener
{
    public static BlockLists Coarsen(BlockLists fine, int queryBlock, int keyBlock)
    {
        BlockGrid old = fine.Grid;
        BlockGrid grid = old with { QueryBlock = queryBlock, KeyBlock = keyBlock };
        var rows = new BlockRow[grid.Rows];
        var kinds = new BlockKind[grid.KeyBlocks];
        var present = new bool[grid.KeyBlocks];
        var full = new long[grid.KeyBlocks];
        for (int row = 0; row < rows.Length; row++)
        {
            (int batch, int head, int block) = grid.Decode(row);
            int first = ((batch * old.Heads) + head) * old.QueryBlocks;
            (int firstFine, int lastFine) = Touched(grid.Queries(block), old.QueryBlock);
            Array.Clear(present);
            Array.Clear(full);
            for (int fineRow = first + firstFine; fineRow <= first + lastFine; fineRow++)
                Collect(fine, fineRow, grid, present, full);
            for (int key = 0; key < kinds.Length; key++)
            {
                (int firstKey, int lastKey) = Touched(grid.Keys(key), old.KeyBlock);
                long touched = (long)(lastFine - firstFine + 1) * (lastKey - firstKey + 1);
                kinds[key] = full[key] == touched ? BlockKind.Full : present[key] ? BlockKind.Partial : BlockKind.Empty;
            }

            rows[row] = BlockRow.Of(kinds);
        }

        return BlockLists.Join(grid, rows);
    }

    private static void Collect(BlockLists fine, int row, BlockGrid grid, bool[] present, long[] full)
    {
        foreach (int block in fine.PartialBlocks(row))
        {
            (int first, int last) = Touched(fine.Grid.Keys(block), grid.KeyBlock);
            present.AsSpan(first, last - first + 1).Fill(true);
        }

        foreach (int block in fine.FullBlocks(row))
        {
            (int first, int last) = Touched(fine.Grid.Keys(block), grid.KeyBlock);
            for (int key = first; key <= last; key++)
            {
                present[key] = true;
                full[key]++;
            }
        }
    }

    /// <summary>The first and last block of the given size that a range touches.</summary>
    private static (int First, int Last) Touched((int Start, int End) range, int size) =>
        (range.Start / size, (range.End - 1) / size);
}
