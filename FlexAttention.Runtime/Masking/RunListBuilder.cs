namespace FlexAttention.Masking;

/// <summary>Collects a list of runs row by row, from left to right.</summary>
internal sealed class RunListBuilder(int rows)
{
    private readonly int[] _offsets = new int[rows + 1];
    private readonly List<BlockRun> _runs = [];
    private int _row;

    /// <summary>Adds blocks to the current row, behind all that it has.</summary>
    public void Add(BlockRun run)
    {
        if (run.Length > 0)
            Append(_runs, _offsets[_row], run);
    }

    /// <summary>Adds finished runs to the current row.</summary>
    public void AddAll(ReadOnlySpan<BlockRun> runs) => _runs.AddRange(runs);

    /// <summary>Goes on to the next row.</summary>
    public void EndRow() => _offsets[++_row] = _runs.Count;

    public RunList ToList() => new(_offsets, [.. _runs]);

    /// <summary>Adds a run behind others, and joins it to the last one where they touch.</summary>
    public static void Append(List<BlockRun> runs, int first, BlockRun run)
    {
        if (runs.Count > first && runs[^1].End == run.First)
            runs[^1] = runs[^1] with { End = run.End };
        else
            runs.Add(run);
    }
}
