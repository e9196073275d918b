using System.Diagnostics;

namespace FlexAttention.Benchmarks.Harness;

/// <summary>Times calls by the clock: those whose host work counts, and that return only when all is done.</summary>
internal sealed class WallContender(Action call) : IContender
{
    private const int Calls = 3;

    /// <summary>The milliseconds of a call, after one that is not counted.</summary>
    public double Time()
    {
        call();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Calls; i++)
            call();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / Calls;
    }
}
