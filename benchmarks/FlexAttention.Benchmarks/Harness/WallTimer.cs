using System.Diagnostics;

namespace FlexAttention.Benchmarks.Harness;

/// <summary>Times calls by the clock, in turns, so that whatever else the machine does meets all contenders alike.</summary>
internal static class WallTimer
{
    private const int WarmUps = 3;

    /// <summary>The milliseconds of each run of each call. A warm-up lets the JIT finish first.</summary>
    public static double[][] Measure(int runs, params Action[] calls)
    {
        for (int i = 0; i < WarmUps; i++)
        {
            foreach (Action call in calls)
                call();
            // The JIT's optimised code comes from a thread of its own, after a delay.
            Thread.Sleep(TimeSpan.FromMilliseconds(150));
        }

        double[][] milliseconds = [.. calls.Select(_ => new double[runs])];
        for (int run = 0; run < runs; run++)
        {
            for (int i = 0; i < calls.Length; i++)
                milliseconds[i][run] = Time(calls[i]);
        }

        return milliseconds;
    }

    private static double Time(Action call)
    {
        long start = Stopwatch.GetTimestamp();
        call();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
