using FlexAttention.Execution;
using FlexAttention.Interop;

namespace FlexAttention;

/// <content>Which GPUs there are.</content>
public sealed unsafe partial class CudaDevice
{
    private static readonly Retried<CudaDevice[]> Devices = new(Discover);

    /// <summary>The number of GPUs that the driver shows to this process; 0 without a driver.</summary>
    public static int Count => NativeLibraries.CudaDriver.IsLoaded ? Devices.Value.Length : 0;

    /// <summary>The GPU with the given number.</summary>
    /// <exception cref="NativeLibraryNotFoundException">There is no CUDA driver.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such GPU.</exception>
    public static CudaDevice Get(int ordinal = 0)
    {
        NativeLibraries.CudaDriver.HandleOrThrow();
        CudaDevice[] devices = Devices.Value;
        if ((uint)ordinal >= (uint)devices.Length)
            throw new ArgumentOutOfRangeException(nameof(ordinal), ordinal, $"The driver shows {devices.Length} GPUs to this process.");
        return devices[ordinal];
    }

    /// <summary>The CUDA version that the driver supports.</summary>
    internal static Version DriverVersion
    {
        get
        {
            CudaCall.Check(CudaDriver.cuInit(0));
            int version;
            CudaCall.Check(CudaDriver.cuDriverGetVersion(&version));
            return new Version(version / 1000, version % 1000 / 10);
        }
    }

    /// <summary>The first GPU that the kernels run on, or why there is none.</summary>
    internal static CudaDevice? FindBest(out string? reason)
    {
        LoadedLibrary driver = NativeLibraries.CudaDriver;
        if (!driver.IsLoaded)
        {
            reason = driver.NotFound().Message;
            return null;
        }

        CudaDevice[] devices;
        try
        {
            devices = Devices.Value;
        }
        catch (Exception failure) when (failure is CudaException or OutOfMemoryException or EntryPointNotFoundException)
        {
            reason = failure.Message;
            return null;
        }

        CudaDevice? best = Array.Find(devices, device => device.ComputeCapability.Major >= 8);
        if (best is null)
        {
            reason = devices.Length == 0
                ? "the driver shows no GPU: see nvidia-smi and CUDA_VISIBLE_DEVICES."
                : $"{devices[0]} is older than compute capability 8.0, which the kernels need.";
            return null;
        }

        if (!NativeLibraries.NvrtcCompiler.IsLoaded)
        {
            reason = NativeLibraries.NvrtcCompiler.NotFound().Message;
            return null;
        }

        reason = null;
        return best;
    }

    private static CudaDevice[] Discover()
    {
        CUresult initialized = CudaDriver.cuInit(0);
        if (initialized == CUresult.CUDA_ERROR_NO_DEVICE)
            return [];
        CudaCall.Check(initialized);
        int count;
        CudaCall.Check(CudaDriver.cuDeviceGetCount(&count));
        var devices = new CudaDevice[count];
        for (int i = 0; i < count; i++)
        {
            int handle;
            CudaCall.Check(CudaDriver.cuDeviceGet(&handle, i));
            devices[i] = new CudaDevice(i, handle);
        }

        return devices;
    }
}
