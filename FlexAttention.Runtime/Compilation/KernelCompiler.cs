using FlexAttention.Interop;

namespace FlexAttention;

/// <summary>How NVRTC is found.</summary>
public static class KernelCompiler
{
    /// <summary>
    /// NVRTC's file, or the folder that holds it; the environment variable FLEXATTENTION_NVRTC where it is not set. Null:
    /// NVRTC is looked for beside the program, then wherever the system's loader finds it, then in the CUDA
    /// toolkit (CUDA_PATH, or /usr/local/cuda).
    /// </summary>
    /// <exception cref="InvalidOperationException">NVRTC has been loaded from elsewhere already.</exception>
    public static string? NvrtcPath
    {
        get => NativeLibraries.NvrtcPath;
        set => NativeLibraries.NvrtcPath = value;
    }
}
