namespace FlexAttention.Benchmarks.Results;

/// <summary>
/// Gathers a run's rows, and after each merges them into the file asked for: a run that is cut short leaves what it had.
/// </summary>
/// <param name="path">The file; none when null.</param>
/// <param name="info">The run so far.</param>
internal sealed class ResultSink(string? path, Func<RunInfo> info)
{
    private readonly ResultFile _earlier = path is not null && File.Exists(path) ? ResultFile.Read(path) : ResultFile.Empty;
    private readonly List<ResultRow> _rows = [];

    public IReadOnlyList<ResultRow> Rows => _rows;

    public void Add(ResultRow row)
    {
        _rows.Add(row);
        if (path is not null)
            _earlier.Merge(new([info()], _rows)).Write(path);
    }
}
