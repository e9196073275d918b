using System.CommandLine;
using FlexAttention.Benchmarks.Harness;
using Spectre.Console;

namespace FlexAttention.Benchmarks.Suites.Cpu;

/// <summary>The CPU kernel in float, beside libtorch's where the program was built with it.</summary>
internal static partial class CpuSuite
{
    public static Command CreateCommand()
    {
        var length = new Option<int>("--length") { DefaultValueFactory = _ => 4096 };
        var heads = new Option<int>("--heads") { DefaultValueFactory = _ => 8 };
        var headDim = new Option<int>("--head-dim") { DefaultValueFactory = _ => 64 };
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 15 };
        var command = new Command("cpu", "The CPU kernel, float, on all processors (DOTNET_PROCESSOR_COUNT sets fewer).")
        {
            length, heads, headDim, runs,
        };
        command.SetAction(parsed =>
            Run(new CpuShape(parsed.GetValue(heads), parsed.GetValue(length), parsed.GetValue(headDim)), parsed.GetValue(runs)));
        return command;
    }

    private static void Run(CpuShape shape, int runs)
    {
        using CpuInputs inputs = new CpuInputs(shape).Fill();
        ICpuPeer? peer = null;
        CreatePeer(ref peer);
        Table table = new Table()
            .Title(Markup.Escape($"CPU forward, float, {shape}, {Environment.ProcessorCount} threads; median (fastest) of {runs} runs, ms"))
            .AddColumns("variant", "ours", peer?.Name ?? "libtorch", "ratio", "largest difference");
        foreach (CpuCase test in CpuCases.Create(inputs, shape))
            table.AddRow(Compare(test, peer?.Prepare(inputs, shape, test.Peer), inputs, runs));
        AnsiConsole.Write(table);
        if (peer is null)
            AnsiConsole.WriteLine("Without libtorch: build with -p:WithTorch=true to time it in the same run.");
    }

    private static string[] Compare(CpuCase test, PeerCall? peer, CpuInputs inputs, int runs)
    {
        if (peer is null)
            return [test.Name, Format(WallTimer.Measure(runs, test.Call)[0]), "", "", ""];
        double[][] times = WallTimer.Measure(runs, test.Call, peer.Run);
        float[] theirs = peer.Result();
        ReadOnlySpan<float> ours = inputs.Output.Output.AsSpan();
        float difference = 0;
        for (int i = 0; i < theirs.Length; i++)
            difference = MathF.Max(difference, MathF.Abs(ours[i] - theirs[i]));
        double ratio = Median.Of(times[0]) / Median.Of(times[1]);
        return [test.Name, Format(times[0]), Format(times[1]), $"{ratio:F2}", $"{difference:E1}"];
    }

    private static string Format(double[] milliseconds) => $"{Median.Of(milliseconds):F1} ({milliseconds.Min():F1})";

    static partial void CreatePeer(ref ICpuPeer? peer);
}
