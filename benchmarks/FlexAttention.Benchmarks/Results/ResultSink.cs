namespace FlexAttention.Benchmarks.Results;

/// <summary>
/// Gathers a run's rows, and after each merges them into the file asked for: a run that is cut short leaves what it had.
/// </summary>
/// <param name="path">The file; none when null.</param>
/// <param name="earlier">What the file held before.</param>
/// <param name="info">The run so far.</param>
internal sealed class ResultSink(string? path, ResultFile earlier, Func<RunInfo> info)
{
    private readonly List<ResultRow> _rows = [];

    public IReadOnlyList<ResultRow> Rows => _rows;

    public void Add(ResultRow row)
    {
        _rows.Add(row);
        if (path is not null)
            earlier.Merge(new([info()], _rows)).Write(path);
    }
}
