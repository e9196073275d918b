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

    /// <summary>The most static shared memory that a kernel of the unit uses, in bytes.</summary>
    public int SharedBytes => Resources.Select(static kernel => kernel.SharedBytes).DefaultIfEmpty().Max();

    /// <summary>
    /// Whether the assembler could not let wgmma instructions overlap with the code around them: a large part of the speed.
    /// </summary>
    public bool IsSerialized { get; } = KernelResources.SaysSerialized(Log);
}
