using System.CommandLine;
using FlexAttention.Benchmarks.Results;

namespace FlexAttention.Benchmarks.Suites.Report;

/// <summary>Shows result files as Markdown, or joins them; times nothing.</summary>
internal static class ReportCommand
{
    public static Command CreateCommand()
    {
        var files = new Argument<string[]>("files") { Description = "Result files, such as benchmarks/results/*.json.", Arity = ArgumentArity.OneOrMore };
        var page = new Option<string?>("--into") { Description = "The page whose generated section to replace; standard output where not given." };
        var merged = new Option<string?>("--merge") { Description = "Write the rows of all files to this one instead; later files replace rows of earlier ones." };
        var command = new Command("report", "Result files as Markdown.") { files, page, merged };
        command.SetAction(parsed =>
        {
            ResultFile[] results = [.. parsed.GetValue(files)!.Select(ResultFile.Read)];
            if (parsed.GetValue(merged) is { } target)
                results.Aggregate(ResultFile.Empty, (all, next) => all.Merge(next)).Write(target);
            else
                Show(string.Concat(results.Select(MarkdownReport.Of)), parsed.GetValue(page));
        });
        return command;
    }

    private static void Show(string report, string? page)
    {
        if (page is null)
            Console.Write(report);
        else
            File.WriteAllText(page, MarkedSection.Replace(File.ReadAllText(page), report));
    }
}
