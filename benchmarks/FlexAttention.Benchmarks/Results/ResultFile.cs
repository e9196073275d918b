using System.Text.Json;

namespace FlexAttention.Benchmarks.Results;

/// <summary>Rows, and the runs that they are from.</summary>
/// <param name="Runs">The runs, the oldest first.</param>
/// <param name="Rows">The rows; of each key one.</param>
internal sealed record ResultFile(IReadOnlyList<RunInfo> Runs, IReadOnlyList<ResultRow> Rows)
{
    /// <summary>A file without rows.</summary>
    public static ResultFile Empty { get; } = new([], []);

    /// <summary>A file to add to: empty where there is none yet.</summary>
    public static ResultFile ReadOrEmpty(string? path) => path is not null && File.Exists(path) ? Read(path) : Empty;

    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public static ResultFile Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), ResultJson.Default.ResultFile)
                ?? throw new InvalidDataException($"{path} holds no results.");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{path} holds no results: {failure.Message}", failure);
        }
    }

    /// <summary>Adds a newer file: its rows replace those of the same key, and runs none of whose rows can be left are dropped.</summary>
    public ResultFile Merge(ResultFile newer)
    {
        HashSet<RowKey> replaced = [.. newer.Rows.Select(row => row.Key)];
        ResultRow[] kept = [.. Rows.Where(row => !replaced.Contains(row.Key))];
        IReadOnlyList<RunInfo> runs = kept.Length == 0 ? newer.Runs : newer.Runs.Aggregate(Runs, AddRun);
        return new(runs, [.. kept, .. newer.Rows]);
    }

    public void Write(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        File.WriteAllText(path, ToJson());
    }

    /// <summary>A run and a row a line each, so that changes show as changed lines.</summary>
    public string ToJson() =>
        $$"""
        {
          "runs": [
            {{Lines(Runs.Select(run => JsonSerializer.Serialize(run, ResultJson.Default.RunInfo)))}}
          ],
          "rows": [
            {{Lines(Rows.Select(row => JsonSerializer.Serialize(row, ResultJson.Default.ResultRow)))}}
          ]
        }

        """;

    private static string Lines(IEnumerable<string> items) => string.Join(",\n    ", items);

    private static IReadOnlyList<RunInfo> AddRun(IReadOnlyList<RunInfo> runs, RunInfo run) =>
        runs.Count > 0 && runs[^1].IsLike(run) ? [.. runs.SkipLast(1), runs[^1].With(run)] : [.. runs, run];
}
