using System.CommandLine;
using FlexAttention.Benchmarks.Harness;
using FlexAttention.Benchmarks.Peers;
using FlexAttention.Benchmarks.Problems;
using FlexAttention.Benchmarks.Results;
using Spectre.Console;

namespace FlexAttention.Benchmarks.Suites;

/// <summary>What the suites that time ours beside the peers have in common: options, rounds, files and tables.</summary>
internal sealed class SuiteRun
{
    private readonly RoundOptions _rounds = new();
    private readonly PeerOptions _peers = new();
    private readonly Option<string?> _json = new("--json") { Description = "Merge the rows into this file." };
    private readonly Option<bool> _missing = new("--missing") { Description = "Time only what the file lacks: to go on with a run that was cut short." };

    /// <summary>Gives a command the common options, and the action that carries out its plan.</summary>
    public static void AddTo(Command command, Func<ParseResult, SuitePlan> read)
    {
        var run = new SuiteRun();
        run._rounds.AddTo(command);
        run._peers.AddTo(command);
        command.Options.Add(run._json);
        command.Options.Add(run._missing);
        command.SetAction(parsed => Gpu.Find(command.Name) is { } gpu ? run.Run(gpu, read(parsed), parsed) : 1);
    }

    private int Run(CudaDevice gpu, SuitePlan plan, ParseResult parsed)
    {
        string? path = parsed.GetValue(_json);
        ResultFile earlier = ResultFile.ReadOrEmpty(path);
        Cell[] cells = [.. plan.Cells.Where(cell => !parsed.GetValue(_missing) || !earlier.Rows.Any(row => row.IsOf(cell, gpu.Name)))];
        using PeerSession session = _peers.Open(parsed, cells);
        var timer = new CellTimer(session, _rounds.Read(parsed));
        var sink = new ResultSink(path, earlier, () => RunInfo.OnGpu(timer));
        foreach (ResultRow row in plan.Time(cells, gpu, timer))
        {
            sink.Add(row);
            AnsiConsole.WriteLine($"{row}");
        }

        ResultConsole.Write(new ResultTable(sink.Rows));
        return 0;
    }
}
