using Spectre.Console;

namespace FlexAttention.Benchmarks.Results;

/// <summary>Shows a run's rows.</summary>
internal static class ResultConsole
{
    public static void Write(ResultTable results)
    {
        Table table = new Table().Border(TableBorder.Simple).Title(Markup.Escape(results.Caption)).AddColumns(results.Titles);
        foreach (ResultRow row in results.Rows)
            table.AddRow([.. results.Texts(row).Select(Markup.Escape)]);
        AnsiConsole.Write(table);
        foreach (string mean in results.Means)
            AnsiConsole.WriteLine(mean);
    }
}
