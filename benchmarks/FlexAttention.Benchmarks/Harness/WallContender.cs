using System.Diagnostics;

namespace FlexAttention.Benchmarks.Harness;

/// <summary>Times calls by the clock, one after the other up to the end of what the last one has queued: their host work counts.</summary>
/// <param name="call">The call.</param>
/// <param name="finish">Waits for what calls have queued.</param>
internal sealed class WallContender(Action call, Action finish) : IContender
{
    private int _calls;

    /// <summary>The milliseconds of a call in one burst, after one that is not counted.</summary>
    public double Time()
    {
        if (_calls == 0)
        {
            Run(1);
            _calls = Burst.CallsOf(Run(Burst.MinimumCalls));
        }

        Run(1);
        return Run(_calls);
    }

    private double Run(int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
            call();
        finish();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / calls;
    }
}
