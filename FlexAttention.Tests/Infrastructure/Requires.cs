using FlexAttention.Interop;

namespace FlexAttention.Tests.Infrastructure;

/// <summary>Skips a test, with the reason, where the machine lacks what it needs.</summary>
internal static class Requires
{
    /// <summary>Needs NVRTC. With FLEXATTENTION_REQUIRE_NVRTC=1, as in CI, a missing one is a failure.</summary>
    public static void Nvrtc()
    {
        LoadedLibrary library = NativeLibraries.NvrtcCompiler;
        if (library.IsLoaded)
            return;
        string reason = library.NotFound().Message;
        if (Environment.GetEnvironmentVariable("FLEXATTENTION_REQUIRE_NVRTC") == "1")
            Assert.Fail(reason);
        Assert.Ignore(reason);
    }

    /// <summary>Needs a GPU of compute capability 9.0 and NVRTC; gives the GPU.</summary>
    public static CudaDevice Hopper()
    {
        CudaDevice device = Gpu();
        if (device.ComputeCapability != new Version(9, 0))
            Assert.Ignore($"{device} is not of compute capability 9.0.");
        return device;
    }

    /// <summary>Needs a GPU and NVRTC; gives the GPU.</summary>
    public static CudaDevice Gpu()
    {
        if (Device.Best is CudaDevice device)
            return device;
        Assert.Ignore(Device.DescribeBest());
        throw new InvalidOperationException("Assert.Ignore returned.");
    }
}
