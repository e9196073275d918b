namespace FlexAttention.Masking;

/// <summary>
/// Blocks of one kind, row by row, as runs: row <c>r</c>'s are <c>Runs[Offsets[r] .. Offsets[r + 1]]</c>, ascending, and no
/// two of them touch. What a mask leaves is mostly a few runs a row, however long it is.
/// </summary>
internal sealed class RunList(int[] offsets, BlockRun[] runs)
{
    /// <summary>The number of rows.</summary>
    public int Rows => offsets.Length - 1;

    /// <summary>The number of blocks.</summary>
    public long Blocks { get; } = CountBlocks(runs);

    /// <summary>The runs of a row.</summary>
    public ReadOnlySpan<BlockRun> this[int row] => runs.AsSpan(offsets[row]..offsets[row + 1]);

    /// <summary>Joins blocks that are listed one by one, as <see cref="ToIndices"/> lists them.</summary>
    public static RunList From(ReadOnlySpan<int> ranges, ReadOnlySpan<int> indices)
    {
        var builder = new RunListBuilder(ranges.Length / 2);
        for (int row = 0; row < ranges.Length / 2; row++)
        {
            foreach (int block in indices[ranges[2 * row]..ranges[(2 * row) + 1]])
                builder.Add(new BlockRun(block, block + 1));
            builder.EndRow();
        }

        return builder.ToList();
    }

    /// <summary>Joins blocks that are listed row by row.</summary>
    public static RunList From(int[][] rows)
    {
        var builder = new RunListBuilder(rows.Length);
        foreach (int[] row in rows)
        {
            foreach (int block in row)
                builder.Add(new BlockRun(block, block + 1));
            builder.EndRow();
        }

        return builder.ToList();
    }

    /// <summary>Whether both have the same blocks.</summary>
    public bool HasSameBlocksAs(RunList other) =>
        offsets.AsSpan().SequenceEqual(other.Offsets) && runs.AsSpan().SequenceEqual(other.Runs);

    /// <summary>
    /// The blocks as kernels walk them: row <c>r</c>'s are <c>Indices[Ranges[2 r] .. Ranges[2 r + 1]]</c>. Where no row has more than
    /// one run, all share the indices of one whole row, however many blocks they have.
    /// </summary>
    /// <param name="columns">The blocks of a whole row.</param>
    public (int[] Ranges, int[] Indices) ToIndices(int columns)
    {
        if (Blocks > columns && HasOneRunARow())
            return (RangesOfRuns(), [.. Enumerable.Range(0, columns)]);
        if (Blocks > int.MaxValue)
        {
            throw new NotSupportedException(
                "The block mask has more than 2^31 - 1 blocks to compute: choose larger blocks in BlockMaskOptions.");
        }

        var ranges = new int[2 * Rows];
        var indices = new int[Blocks];
        int next = 0;
        for (int row = 0; row < Rows; row++)
        {
            ranges[2 * row] = next;
            foreach (BlockRun run in this[row])
            {
                for (int block = run.First; block < run.End; block++)
                    indices[next++] = block;
            }

            ranges[(2 * row) + 1] = next;
        }

        return (ranges, indices);
    }

    private bool HasOneRunARow()
    {
        for (int row = 0; row < Rows; row++)
        {
            if (this[row].Length > 1)
                return false;
        }

        return true;
    }

    private int[] RangesOfRuns()
    {
        var ranges = new int[2 * Rows];
        for (int row = 0; row < Rows; row++)
        {
            foreach (BlockRun run in this[row])
                (ranges[2 * row], ranges[(2 * row) + 1]) = (run.First, run.End);
        }

        return ranges;
    }

    private ReadOnlySpan<int> Offsets => offsets;

    private ReadOnlySpan<BlockRun> Runs => runs;

    private static long CountBlocks(BlockRun[] runs)
    {
        long blocks = 0;
        foreach (BlockRun run in runs)
            blocks += run.Length;
        return blocks;
    }
}
