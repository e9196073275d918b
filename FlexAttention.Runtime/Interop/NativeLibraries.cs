using System.Reflection;
using System.Runtime.InteropServices;

namespace FlexAttention.Interop;

/// <summary>Finds the two native libraries that <c>[LibraryImport]</c> names here by an alias.</summary>
internal static class NativeLibraries
{
    public const string Driver = "flexattention-cuda-driver";
    public const string Nvrtc = "flexattention-nvrtc";

    private static readonly Lazy<LoadedLibrary> DriverLibrary = new(LoadDriver);
    private static readonly Lazy<LoadedLibrary> NvrtcLibrary = new(NvrtcLocator.Load);
    private static readonly Lock RegistrationLock = new();
    private static bool s_registered;

    /// <summary>The driver's library, or the failed attempts to load it.</summary>
    public static LoadedLibrary CudaDriver => DriverLibrary.Value;

    /// <summary>NVRTC's library, or the failed attempts to load it.</summary>
    public static LoadedLibrary NvrtcCompiler => NvrtcLibrary.Value;

    /// <summary>Makes the aliases known to the runtime. Called before the first import is bound.</summary>
    public static void Register()
    {
        lock (RegistrationLock)
        {
            if (s_registered)
                return;
            NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);
            s_registered = true;
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name switch
    {
        Driver => CudaDriver.HandleOrThrow(),
        Nvrtc => NvrtcCompiler.HandleOrThrow(),
        _ => 0,
    };

    private static LoadedLibrary LoadDriver() => LoadedLibrary.LoadFirst(
        "The CUDA driver library",
        OperatingSystem.IsWindows() ? ["nvcuda.dll"] : ["libcuda.so.1", "libcuda.so"],
        "Install NVIDIA's driver; on Linux in a container, start it with the GPU and its driver libraries (--gpus all).");
}
