namespace FlexAttention.Benchmarks.Harness;

/// <summary>
/// Times queued work by events, call by call: all calls are queued at once, so that the GPU never waits for the host.
/// </summary>
internal static class GpuTimer
{
    private const int MinimumCalls = 12;
    private const int MaximumCalls = 200;
    private const double TargetMilliseconds = 300;

    /// <summary>The median of the calls, in milliseconds. The callback is given the number of the call.</summary>
    public static double Measure(CudaDevice gpu, Action<int> call)
    {
        for (int i = 0; i < MinimumCalls; i++)
            call(i);
        gpu.Synchronize();
        double estimate = Median.Of(Sample(gpu, call, MinimumCalls));
        int calls = Math.Clamp((int)(TargetMilliseconds / estimate), MinimumCalls, MaximumCalls);
        return Median.Of(Sample(gpu, call, calls));
    }

    private static double[] Sample(CudaDevice gpu, Action<int> call, int calls)
    {
        CudaEvent[] marks = [.. Enumerable.Range(0, calls + 1).Select(_ => new CudaEvent(gpu))];
        marks[0].Record();
        for (int i = 0; i < calls; i++)
        {
            call(i);
            marks[i + 1].Record();
        }

        double[] milliseconds = [.. Enumerable.Range(0, calls).Select(i => marks[i + 1].Since(marks[i]).TotalMilliseconds)];
        foreach (CudaEvent mark in marks)
            mark.Dispose();
        return milliseconds;
    }
}
