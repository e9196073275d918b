using System.Reflection;
using System.Runtime.InteropServices;

namespace FlexAttention.Interop;

/// <summary>Finds the two native libraries that <c>[LibraryImport]</c> names here by an alias.</summary>
internal static class NativeLibraries
{
    public const string Driver = "flexattention-cuda-driver";
    public const string Nvrtc = "flexattention-nvrtc";

    private static readonly Lazy<LoadedLibrary> DriverLibrary = new(LoadDriver);
    private static readonly Lock Gate = new();
    private static string? s_nvrtcPath = Environment.GetEnvironmentVariable("FLEXATTENTION_NVRTC");
    private static LoadedLibrary? s_nvrtc;
    private static bool s_registered;

    /// <summary>The driver's library, or the failed attempts to load it.</summary>
    public static LoadedLibrary CudaDriver => DriverLibrary.Value;

    /// <summary>NVRTC's library, or the failed attempts to load it.</summary>
    public static LoadedLibrary NvrtcCompiler
    {
        get
        {
            lock (Gate)
                return s_nvrtc ??= NvrtcLocator.Load(s_nvrtcPath);
        }
    }

    /// <summary>Where NVRTC was asked to be; can be set until it is loaded, also after a failed search.</summary>
    public static string? NvrtcPath
    {
        get
        {
            lock (Gate)
                return s_nvrtcPath;
        }

        set
        {
            lock (Gate)
            {
                if (s_nvrtc is { IsLoaded: true } && value != s_nvrtcPath)
                {
                    throw new InvalidOperationException(
                        $"NVRTC has been loaded from {s_nvrtc.Path} already: set the path before the first use of a GPU.");
                }

                s_nvrtcPath = value;
                s_nvrtc = s_nvrtc is { IsLoaded: true } ? s_nvrtc : null;
            }
        }
    }

    /// <summary>Makes the aliases known to the runtime. Called before the first import is bound.</summary>
    public static void Register()
    {
        lock (Gate)
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
