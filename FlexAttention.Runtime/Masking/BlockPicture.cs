namespace FlexAttention.Masking;

/// <summary>The blocks of one batch and head, down-sampled to what a picture has room for.</summary>
/// <param name="Cells">By query and key. A cell that stands for blocks of several kinds is partial.</param>
internal sealed record BlockPicture(BlockKind[,] Cells)
{
    public int Rows => Cells.GetLength(0);

    public int Columns => Cells.GetLength(1);

    /// <summary>Draws at most so many rows and columns; each cell is a whole number of blocks, the same in both directions.</summary>
    public static BlockPicture Draw(BlockLists lists, int maximumSide)
    {
        BlockGrid grid = lists.Grid;
        int factor = Rounding.CeilingDivide(Math.Max(grid.QueryBlocks, grid.KeyBlocks), maximumSide);
        BlockLists sampled = factor <= 1
            ? lists
            : BlockCoarsener.Coarsen(lists, Times(grid.QueryBlock, factor), Times(grid.KeyBlock, factor));
        return new BlockPicture(sampled.ToDense());
    }

    /// <summary>The size of a larger block; blocks longer than any sequence are all the same.</summary>
    private static int Times(int block, int factor) => (int)Math.Min((long)block * factor, int.MaxValue / block * block);

    /// <summary>The cells of one row as runs of equal kind.</summary>
    public IEnumerable<(BlockKind Kind, int Start, int Length)> Runs(int row)
    {
        for (int start = 0, end; start < Columns; start = end)
        {
            BlockKind kind = Cells[row, start];
            for (end = start + 1; end < Columns && Cells[row, end] == kind;)
                end++;
            yield return (kind, start, end - start);
        }
    }
}
