using System.Text;

namespace FlexAttention.Benchmarks.Results;

/// <summary>Result files as a chapter of Markdown each: where and how they were taken, the table, the means.</summary>
internal static class MarkdownReport
{
    /// <summary>The chapters of a file: one for each suite and device in it.</summary>
    public static string Of(ResultFile file)
    {
        var text = new StringBuilder();
        foreach (var group in file.Rows.GroupBy(row => (row.Suite, row.Device)))
        {
            text.Append($"### {group.Key.Suite}, {group.Key.Device}\n\n");
            foreach (RunInfo run in file.Runs)
                text.Append($"{run.Date}, commit `{run.Commit}`; {Versions(run)}; {run.Method}.\n");
            Append(text, new ResultTable([.. group]));
            foreach (string line in file.Runs.SelectMany(run => run.Absent))
                text.Append($"- {line}\n");
            if (file.Runs.Any(run => run.Absent.Count > 0))
                text.Append('\n');
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, ResultTable table)
    {
        text.Append($"{table.Caption}.\n\n");
        AppendRow(text, table.Titles);
        AppendRow(text, table.Titles.Select(_ => "---"));
        foreach (ResultRow row in table.Rows)
            AppendRow(text, table.Texts(row));
        text.Append('\n');
        foreach (string mean in table.Means)
            text.Append($"- {mean}\n");
        if (table.Means.Any())
            text.Append('\n');
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) =>
        text.Append($"| {string.Join(" | ", cells)} |\n");

    private static string Versions(RunInfo run) => string.Join(", ", run.Versions.Select(version => $"{version.Key} {version.Value}"));
}
