using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using FlexAttention.Benchmarks.Harness;
using Spectre.Console;

namespace FlexAttention.Benchmarks.Suites.ColdStart;

/// <summary>
/// From nothing to the first result on a GPU, each time in a fresh process: with an empty kernel cache, and with a warm
/// one on disk.
/// </summary>
internal static class ColdStartSuite
{
    public static Command CreateCommand()
    {
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 5, Description = "The processes of each kind." };
        var command = new Command("coldstart", "From an empty and from a warm cache to the first GPU result.") { runs };
        command.SetAction(parsed =>
        {
            if (Gpu.Find("coldstart") is not { } gpu)
                return 1;
            DirectoryInfo folder = Directory.CreateTempSubdirectory("flexattention-coldstart-");
            try
            {
                // The first process of all finds the driver's and NVRTC's files on disk; later ones in memory.
                RunProbe(Path.Combine(folder.FullName, "first"));
                int count = parsed.GetValue(runs);
                ColdStartStages[] empty = [.. Enumerable.Range(0, count).Select(run => RunProbe(Path.Combine(folder.FullName, $"{run}")))];
                ColdStartStages[] warm = [.. Enumerable.Range(0, count).Select(run => RunProbe(Path.Combine(folder.FullName, $"{run}")))];
                AnsiConsole.Write(ToTable(gpu, [("empty cache", empty), ("warm disk cache", warm)]));
                return 0;
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        });
        return command;
    }

    private static ColdStartStages RunProbe(string cache)
    {
        var request = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        // Under "dotnet run" the process is the program itself; under "dotnet program.dll" it is dotnet.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            request.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "FlexAttention.Benchmarks.dll"));
        request.ArgumentList.Add(ColdStartProbe.Name);
        request.ArgumentList.Add(Stopwatch.GetTimestamp().ToString(CultureInfo.InvariantCulture));
        request.Environment["FLEXATTENTION_CACHE"] = cache;
        // The driver and NVRTC 13 keep a cache of their own: an empty one must be empty, too.
        request.Environment["CUDA_CACHE_PATH"] = cache + "-driver";
        using Process probe = Process.Start(request)!;
        string output = probe.StandardOutput.ReadToEnd();
        probe.WaitForExit();
        if (probe.ExitCode != 0)
            throw new InvalidOperationException($"A probe failed with exit code {probe.ExitCode}: {output}");
        return ColdStartStages.From([.. output.Split(' ').Select(stage => double.Parse(stage, CultureInfo.InvariantCulture))]);
    }

    private static Table ToTable(CudaDevice gpu, (string Name, ColdStartStages[] Runs)[] kinds)
    {
        Table table = new Table().Title(Markup.Escape($"cold start, median ms, {gpu}")).AddColumns(
            "", "first call", "whole process", "start", "driver", "inputs", "nvrtc", "kernel", "launch");
        foreach ((string name, ColdStartStages[] runs) in kinds)
        {
            table.AddRow(
            [
                name,
                Format(stages => stages.FirstCall),
                Format(stages => stages.Total),
                Format(stages => stages.Start),
                Format(stages => stages.Driver),
                Format(stages => stages.Inputs),
                Format(stages => stages.Nvrtc),
                Format(stages => stages.Kernel),
                Format(stages => stages.Launch),
            ]);

            string Format(Func<ColdStartStages, double> stage) => $"{Median.Of(runs.Select(stage)):F1}";
        }

        return table;
    }
}
