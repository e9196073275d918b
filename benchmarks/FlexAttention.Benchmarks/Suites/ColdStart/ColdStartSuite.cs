using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using FlexAttention.Benchmarks.Harness;
using FlexAttention.Benchmarks.Peers;
using FlexAttention.Benchmarks.Results;
using Spectre.Console;

namespace FlexAttention.Benchmarks.Suites.ColdStart;

/// <summary>
/// From nothing to the first result on a GPU, each time in a fresh process: with an empty kernel cache, and with a warm
/// one on disk.
/// </summary>
internal static class ColdStartSuite
{
    private static readonly string[] Names = ["softcap, empty cache", "softcap, warm disk cache"];

    public static Command CreateCommand()
    {
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 5, Description = "The processes of each kind." };
        var peerRuns = new Option<int>("--peer-runs") { DefaultValueFactory = _ => 2, Description = "The same for PyTorch; 0 for ours alone." };
        var quick = new Option<bool>("--quick") { Description = "One process of each kind." };
        var python = new Option<string>("--python") { DefaultValueFactory = _ => "python3", Description = "The Python that has torch." };
        var json = new Option<string?>("--json") { Description = "Merge the rows into this file." };
        var command = new Command("coldstart", "From an empty and from a warm cache to the first GPU result.") { runs, peerRuns, quick, python, json };
        command.SetAction(parsed =>
        {
            if (Gpu.Find("coldstart") is not { } gpu)
                return 1;
            bool once = parsed.GetValue(quick);
            ColdStartStages[][] ours = Ours(once ? 1 : parsed.GetValue(runs));
            AnsiConsole.Write(ToTable(gpu, Names.Zip(ours)));
            var absent = new List<string>();
            var versions = new Dictionary<string, string>();
            int processes = Math.Min(parsed.GetValue(peerRuns), once ? 1 : int.MaxValue);
            double[][] peers = Peers(parsed.GetValue(python)!, processes, versions, absent);
            foreach (string line in absent)
                AnsiConsole.WriteLine(line);
            string? path = parsed.GetValue(json);
            var sink = new ResultSink(path, ResultFile.ReadOrEmpty(path), () => RunInfo.OnGpu(versions, "medians of fresh processes", absent));
            for (int i = 0; i < Names.Length; i++)
                sink.Add(ToRow(gpu, Names[i], ours[i], peers[i]));
            ResultConsole.Write(new ResultTable(sink.Rows));
            return 0;
        });
        return command;
    }

    /// <summary>With an empty cache each, and then again with what those have left on disk.</summary>
    private static ColdStartStages[][] Ours(int runs)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("flexattention-coldstart-");
        try
        {
            // The first process of all finds the driver's and NVRTC's files on disk; later ones in memory.
            RunProbe(Path.Combine(folder.FullName, "first"));
            ColdStartStages[] Pass() => [.. Enumerable.Range(0, runs).Select(run => RunProbe(Path.Combine(folder.FullName, $"{run}")))];
            return [Pass(), Pass()];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double[][] Peers(string python, int runs, Dictionary<string, string> versions, List<string> absent)
    {
        var empty = new List<double>();
        var warm = new List<double>();
        for (int run = 0; run < runs; run++)
        {
            using var script = new PeerScript(python, cache: null);
            foreach (List<double> times in (List<double>[])[empty, warm])
            {
                if (ColdStartPeer.FirstCall(script, versions, out string? reason) is not { } milliseconds)
                {
                    absent.Add($"no {PeerNames.Flex}: {reason}");
                    return [[], []];
                }

                times.Add(milliseconds);
            }
        }

        return [[.. empty], [.. warm]];
    }

    private static ResultRow ToRow(CudaDevice gpu, string name, ColdStartStages[] ours, double[] peer)
    {
        var peers = new Dictionary<string, double>();
        if (peer.Length > 0)
            peers[PeerNames.Flex] = Median.Of(peer);
        double firstCall = Median.Of(ours.Select(stages => stages.FirstCall));
        return new(
            "coldstart",
            name,
            1,
            1,
            1,
            ColdStartProbe.Length,
            ColdStartProbe.HeadDim,
            "bfloat16",
            gpu.Name,
            firstCall,
            peers,
            null);
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

    private static Table ToTable(CudaDevice gpu, IEnumerable<(string Name, ColdStartStages[] Runs)> kinds)
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
