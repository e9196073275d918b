namespace FlexAttention.Execution;

/// <summary>Starts the kernels of one backward call on one stream.</summary>
/// <param name="Device">The GPU.</param>
/// <param name="Kernel">The compiled unit.</param>
/// <param name="Stream">The queue.</param>
internal readonly unsafe record struct BackwardLaunch(CudaDevice Device, LoadedKernel Kernel, CudaStream Stream)
{
    /// <summary>The L2 cache of the GPU, in bytes.</summary>
    public int CacheBytes => Device.CacheBytes;

    /// <summary>A kernel of which a block works on one tile.</summary>
    public void Tiles<TVariant>(EntryPoint entry, LaunchGrid grid, void* arguments, in TVariant variant)
        where TVariant : unmanaged =>
        KernelLauncher.Launch(
            Device, Kernel.Function(entry), grid, Kernel.Tile.Threads, Kernel.SharedBytes, Stream, arguments, in variant);

    /// <summary>A kernel that works on rows and elements, and brings its own number of threads.</summary>
    public void Rows<TVariant>(EntryPoint entry, LaunchGrid grid, void* arguments, in TVariant variant)
        where TVariant : unmanaged =>
        KernelLauncher.Launch(Device, Kernel.Function(entry), grid, Kernel.Threads(entry), 0, Stream, arguments, in variant);
}
