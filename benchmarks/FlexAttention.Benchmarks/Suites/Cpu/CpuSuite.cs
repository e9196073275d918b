using System.CommandLine;
using FlexAttention.Benchmarks.Harness;
using FlexAttention.Benchmarks.Peers;
using FlexAttention.Benchmarks.Problems;
using FlexAttention.Benchmarks.Results;
using Spectre.Console;

namespace FlexAttention.Benchmarks.Suites.Cpu;

/// <summary>The CPU kernel in float, beside libtorch's where the program was built with it.</summary>
internal static partial class CpuSuite
{
    private const int QuickLength = 1024;
    private const int QuickRuns = 5;

    public static Command CreateCommand()
    {
        var length = new Option<int>("--length") { DefaultValueFactory = _ => 4096 };
        var heads = new Option<int>("--heads") { DefaultValueFactory = _ => 8 };
        var headDim = new Option<int>("--head-dim") { DefaultValueFactory = _ => 64 };
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 15 };
        var quick = new Option<bool>("--quick") { Description = $"Length {QuickLength}, {QuickRuns} runs." };
        var json = new Option<string?>("--json") { Description = "Merge the rows into this file." };
        var command = new Command("cpu", "The CPU kernel, float, on all processors (DOTNET_PROCESSOR_COUNT sets fewer).")
        {
            length, heads, headDim, runs, quick,
        };
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            bool small = parsed.GetValue(quick);
            var shape = new CpuShape(parsed.GetValue(heads), small ? QuickLength : parsed.GetValue(length), parsed.GetValue(headDim));
            Run(shape, small ? QuickRuns : parsed.GetValue(runs), parsed.GetValue(json));
        });
        return command;
    }

    private static void Run(CpuShape shape, int runs, string? path)
    {
        using InputSet<float> inputs = CpuInputs.Create(shape);
        ICpuPeer? peer = null;
        CreatePeer(ref peer);
        string[] absent = peer is null ? ["no libtorch: build with -p:WithTorch=true to time it in the same run"] : [];
        foreach (string line in absent)
            AnsiConsole.WriteLine(line);
        var sink = new ResultSink(path, ResultFile.ReadOrEmpty(path), () => RunInfo.OnCpu(peer?.Version, runs, absent));
        foreach (CpuCase test in CpuCases.Create(inputs, shape))
        {
            sink.Add(Time(test, peer?.Prepare(inputs, shape, test), inputs, shape, runs));
            AnsiConsole.WriteLine($"{sink.Rows[^1]}");
        }

        ResultConsole.Write(new ResultTable(sink.Rows));
    }

    private static ResultRow Time(CpuCase test, PeerCall? peer, InputSet<float> inputs, CpuShape shape, int runs)
    {
        double error = new SampledReference<float>(inputs, test.Score, test.Mask, float.NaN, static element => element).ErrorOf(test.Call);
        double[][] times = WallTimer.Measure(runs, peer is null ? [test.Call] : [test.Call, peer.Run]);
        var peers = new Dictionary<string, double>();
        if (peer is not null)
            peers[PeerNames.Libtorch] = Median.Of(times[1]);
        return new(
            "cpu",
            test.Name,
            1,
            shape.Heads,
            shape.Heads,
            shape.Length,
            shape.HeadDim,
            "float32",
            Device.Cpu.Name,
            Median.Of(times[0]),
            peers,
            error);
    }

    static partial void CreatePeer(ref ICpuPeer? peer);
}
