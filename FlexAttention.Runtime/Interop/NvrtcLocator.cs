using System.Runtime.InteropServices;

namespace FlexAttention.Interop;

/// <summary>
/// Looks for NVRTC: first where <see cref="KernelCompiler.NvrtcPath"/> says, then beside the program, then where the
/// system's loader looks, then in the CUDA toolkit (CUDA_PATH, or /usr/local/cuda).
/// </summary>
internal static class NvrtcLocator
{
    private static readonly string[] Names = OperatingSystem.IsWindows()
        ? ["nvrtc64_130_0.dll", "nvrtc64_120_0.dll"]
        : ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so"];

    /// <summary>Loads NVRTC and its builtins.</summary>
    /// <param name="configured">The file or folder asked for by name; null to search.</param>
    public static LoadedLibrary Load(string? configured)
    {
        LoadedLibrary library = LoadedLibrary.LoadFirst(
            "NVRTC, NVIDIA's run-time compiler,",
            Candidates(configured),
            "Install it (the Debian package libnvrtc12, or cuda-nvrtc of the CUDA toolkit) or set FLEXATTENTION_NVRTC to its " +
            "file or folder; in a clone of the repository, run eng/fetch-nvrtc.sh.");
        if (library.IsLoaded)
            LoadBuiltins(library.Path!);
        return library;
    }

    private static IEnumerable<string> Candidates(string? configured)
    {
        if (configured is { Length: > 0 })
        {
            // What was asked for by name is never replaced by something else.
            string asked = Path.GetFullPath(configured);
            return Directory.Exists(asked) ? Names.Select(name => Path.Combine(asked, name)) : [asked];
        }

        string toolkit = Environment.GetEnvironmentVariable("CUDA_PATH") is { Length: > 0 } path ? path : "/usr/local/cuda";
        string folder = Path.Combine(toolkit, OperatingSystem.IsWindows() ? "bin" : "lib64");
        return
        [
            .. Names.Select(name => Path.Combine(AppContext.BaseDirectory, name)),
            .. Names,
            .. Names.Select(name => Path.Combine(folder, name)),
        ];
    }

    /// <summary>
    /// NVRTC opens its builtins library by bare name, which the loader does not find in a private folder; loaded
    /// beforehand, it is found by that name.
    /// </summary>
    private static void LoadBuiltins(string path)
    {
        if (!Path.IsPathRooted(path) || Path.GetDirectoryName(path) is not { } folder)
            return;
        string pattern = OperatingSystem.IsWindows() ? "nvrtc-builtins64_*.dll" : "libnvrtc-builtins.so.*";
        foreach (string file in Directory.EnumerateFiles(folder, pattern))
            NativeLibrary.TryLoad(file, out _);
    }
}
