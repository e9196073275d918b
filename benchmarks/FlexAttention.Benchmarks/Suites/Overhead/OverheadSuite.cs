using System.CommandLine;
using System.Diagnostics;
using FlexAttention.Benchmarks.Harness;
using Spectre.Console;

namespace FlexAttention.Benchmarks.Suites.Overhead;

/// <summary>What a call costs the CPU once its kernel is loaded: the time until it returns, and the garbage it leaves.</summary>
internal static class OverheadSuite
{
    /// <summary>Fewer than a stream's queue holds: a full one would make the CPU wait for the GPU.</summary>
    private const int CallsOfABatch = 100;

    private const int Batches = 200;

    public static Command CreateCommand()
    {
        var command = new Command("overhead", "The CPU time of a call whose kernels are loaded.");
        command.SetAction(_ =>
        {
            if (Gpu.Find("overhead") is not { } gpu)
                return 1;
            using var calls = new OverheadCalls(gpu);
            Table table = new Table().Title(Markup.Escape($"CPU time of a call, median, {gpu}")).AddColumns("call", "host_us", "bytes");
            foreach ((string name, Action call) in calls.All)
            {
                (double microseconds, double bytes) = Measure(gpu, call);
                table.AddRow(name, $"{microseconds:F2}", $"{bytes:F0}");
            }

            AnsiConsole.Write(table);
            return 0;
        });
        return command;
    }

    private static (double Microseconds, double Bytes) Measure(CudaDevice gpu, Action call)
    {
        var microseconds = new double[Batches];
        long before = 0;
        // The first half lets the JIT finish.
        for (int batch = -Batches; batch < Batches; batch++)
        {
            if (batch == 0)
                before = GC.GetAllocatedBytesForCurrentThread();
            double time = TimeBatch(call);
            if (batch >= 0)
                microseconds[batch] = time;
            gpu.Synchronize();
        }

        double bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)(Batches * CallsOfABatch);
        return (Median.Of(microseconds), bytes);
    }

    private static double TimeBatch(Action call)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < CallsOfABatch; i++)
            call();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / CallsOfABatch;
    }
}
