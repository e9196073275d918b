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
        var builder = new BlockListsBuilder(grid);
        var present = new bool[grid.KeyBlocks];
        var full = new long[grid.KeyBlocks];
        for (int row = 0; row < grid.Rows; row++)
        {
            (int batch, int head, int block) = grid.Decode(row);
            int first = ((batch * old.Heads) + head) * old.QueryBlocks;
            BlockRun touchedRows = Touched(grid.Queries(block), old.QueryBlock);
            var used = new BlockRun(present.Length, 0);
            for (int fineRow = first + touchedRows.First; fineRow < first + touchedRows.End; fineRow++)
                used = Collect(fine, fineRow, grid, present, full, used);
            for (int key = used.First; key < used.End; key++)
            {
                long touched = (long)touchedRows.Length * Touched(grid.Keys(key), old.KeyBlock).Length;
                BlockKind kind = full[key] == touched ? BlockKind.Full : present[key] ? BlockKind.Partial : BlockKind.Empty;
                builder.Add(kind, new BlockRun(key, key + 1));
                (present[key], full[key]) = (false, 0);
            }

            builder.EndRow();
        }

        return builder.ToLists();
    }

    /// <summary>Notes the blocks of one old row, and gives the range that all rows so far have used.</summary>
    private static BlockRun Collect(BlockLists fine, int row, BlockGrid grid, bool[] present, long[] full, BlockRun used)
    {
        foreach (BlockRun run in fine.Partial[row])
        {
            BlockRun touched = Touched(KeysOf(fine.Grid, run), grid.KeyBlock);
            present.AsSpan(touched.First, touched.Length).Fill(true);
            used = Union(used, touched);
        }

        foreach (BlockRun run in fine.Full[row])
        {
            BlockRun touched = Touched(KeysOf(fine.Grid, run), grid.KeyBlock);
            used = Union(used, touched);
            for (int key = touched.First; key < touched.End; key++)
            {
                BlockRun parts = Touched(grid.Keys(key), fine.Grid.KeyBlock);
                present[key] = true;
                full[key] += Math.Min(parts.End, run.End) - Math.Max(parts.First, run.First);
            }
        }

        return used;
    }

    private static BlockRun Union(BlockRun x, BlockRun y) => new(Math.Min(x.First, y.First), Math.Max(x.End, y.End));

    private static (int Start, int End) KeysOf(BlockGrid grid, BlockRun run) =>
        (grid.Keys(run.First).Start, grid.Keys(run.End - 1).End);

    /// <summary>The blocks of the given size that a range touches.</summary>
    private static BlockRun Touched((int Start, int End) range, int size) => new(range.Start / size, ((range.End - 1) / size) + 1);
}
