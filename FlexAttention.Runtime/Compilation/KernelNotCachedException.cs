namespace FlexAttention;

/// <summary>A kernel is not in the disk cache, and <see cref="KernelCacheMode.NeverCompile"/> is set.</summary>
public sealed class KernelNotCachedException : Exception
{
    internal KernelNotCachedException(string variant, string kernel, string architecture, string? folder)
        : base(
            $"The {kernel} kernel of variant '{variant}' for {architecture} is not in the cache folder " +
            $"({folder ?? "there is none"}), and KernelCache.Mode forbids compiling. Run the same call once with " +
            "KernelCacheMode.Default on such a GPU, with the same version of this library and of NVRTC, and ship that folder.")
    {
    }
}
