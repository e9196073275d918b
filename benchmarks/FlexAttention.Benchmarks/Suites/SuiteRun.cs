using System.CommandLine;
using FlexAttention.Benchmarks.Harness;
using FlexAttention.Benchmarks.Peers;
using FlexAttention.Benchmarks.Results;
using Spectre.Console;

namespace FlexAttention.Benchmarks.Suites;

/// <summary>What the suites that time ours beside the peers have in common: options, rounds, files and tables.</summary>
internal static class SuiteRun
{
    /// <summary>Gives a command the common options, and the action that carries out its plan.</summary>
    public static void AddTo(Command command, Func<ParseResult, SuitePlan> read)
    {
        var rounds = new RoundOptions();
        var peers = new PeerOptions();
        var json = new Option<string?>("--json") { Description = "Merge the rows into this file." };
        rounds.AddTo(command);
        peers.AddTo(command);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            if (Gpu.Find(command.Name) is not { } gpu)
                return 1;
            SuitePlan plan = read(parsed);
            using PeerSession session = peers.Open(parsed, plan.Cells);
            var timer = new CellTimer(session, rounds.Read(parsed));
            var sink = new ResultSink(parsed.GetValue(json), () => RunInfo.OnGpu(timer));
            foreach (ResultRow row in plan.Rows(gpu, timer))
            {
                sink.Add(row);
                AnsiConsole.WriteLine($"{row}");
            }

            ResultConsole.Write(new ResultTable(sink.Rows));
            return 0;
        });
    }
}
