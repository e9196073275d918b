namespace FlexAttention.Compilation;

/// <summary>A compiled unit.</summary>
/// <param name="Image">A cubin, or PTX for a GPU newer than NVRTC.</param>
/// <param name="Log">NVRTC's log.</param>
internal sealed record CompiledKernel(byte[] Image, string Log)
{
    /// <summary>The registers, spills and shared memory of each kernel; none for PTX.</summary>
    public IReadOnlyList<KernelResources> Resources { get; } = KernelResources.Parse(Log);

    /// <summary>What all kernels of the unit write to local memory for want of registers.</summary>
    public int SpillBytes => Resources.Sum(static kernel => kernel.SpillStoreBytes);
}
