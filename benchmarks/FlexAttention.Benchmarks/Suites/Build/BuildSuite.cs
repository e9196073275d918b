using System.CommandLine;
using System.Diagnostics;
using FlexAttention.Benchmarks.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Spectre.Console;

namespace FlexAttention.Benchmarks.Suites.Build;

/// <summary>What the generator costs a build: the time of its driver over projects with more and more variants.</summary>
internal static class BuildSuite
{
    public static Command CreateCommand()
    {
        var counts = new Option<int[]>("--variants") { DefaultValueFactory = _ => [2, 20, 200], AllowMultipleArgumentsPerToken = true };
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 9 };
        var command = new Command("build", "What one emitted variant costs the build.") { counts, runs };
        command.SetAction(parsed =>
        {
            Table table = new Table().Title("generator").AddColumns("variants", "first run, ms", "median, ms", "a variant, ms");
            foreach (int count in parsed.GetValue(counts)!)
            {
                double[] milliseconds = [.. Enumerable.Range(0, parsed.GetValue(runs)).Select(_ => Run(count))];
                double median = Median.Of(milliseconds);
                table.AddRow($"{count}", $"{milliseconds[0]:F1}", $"{median:F1}", $"{median / count:F2}");
            }

            AnsiConsole.Write(table);
        });
        return command;
    }

    private static double Run(int count)
    {
        CSharpCompilation compilation = BuildSource.Compile(count);
        GeneratorDriver driver = CSharpGeneratorDriver.Create(new Generators.AttentionVariantGenerator());
        long start = Stopwatch.GetTimestamp();
        GeneratorDriverRunResult result = driver.RunGenerators(compilation).GetRunResult();
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (result.Diagnostics.Length > 0 || result.GeneratedTrees.Length < count)
            throw new InvalidOperationException($"Expected {count} variants. {string.Join(' ', result.Diagnostics)}");
        return milliseconds;
    }
}
