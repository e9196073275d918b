using Spectre.Console;

namespace FlexAttention.Benchmarks.Harness;

/// <summary>The GPU that the suites run on.</summary>
internal static class Gpu
{
    /// <summary>The best GPU, or null after a line that says why there is none.</summary>
    public static CudaDevice? Find(string suite)
    {
        PythonNvrtc.UseIfNoneElse();
        if (Device.Best is CudaDevice gpu)
            return gpu;
        AnsiConsole.WriteLine($"The {suite} suite needs a GPU: {Device.DescribeBest()}");
        return null;
    }
}
