namespace FlexAttention.Benchmarks.Harness;

/// <summary>Times queued calls by events, so that the GPU never waits for the host.</summary>
internal sealed class GpuTimer(CudaDevice gpu, Action<int> call) : IContender
{
    private const int WarmUps = 2;

    private int _calls;

    /// <summary>Calls until all that happens only once has happened, and finds how many calls make a burst.</summary>
    public GpuTimer WarmUp()
    {
        Queue(WarmUps);
        gpu.Synchronize();
        _calls = Burst.MinimumCalls;
        _calls = Burst.CallsOf(Time());
        return this;
    }

    /// <summary>The milliseconds of a call in one burst, after some that are not counted: clocks and caches settle first.</summary>
    public double Time()
    {
        using CudaEvent start = new(gpu), end = new(gpu);
        Queue(WarmUps + (_calls / 4));
        start.Record();
        Queue(_calls);
        end.Record();
        return end.Since(start).TotalMilliseconds / _calls;
    }

    private void Queue(int calls)
    {
        for (int i = 0; i < calls; i++)
            call(i);
    }
}
