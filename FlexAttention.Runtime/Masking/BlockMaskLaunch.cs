using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Masking;

/// <summary>Starts the kernels that list a mask's blocks.</summary>
/// <param name="device">The GPU.</param>
/// <param name="kernel">The compiled unit.</param>
/// <param name="variant">The mask variant, its captures bound on the GPU.</param>
internal readonly struct BlockMaskLaunch<TVariant>(CudaDevice device, LoadedKernel kernel, in TVariant variant)
    where TVariant : unmanaged, IAttentionVariant<TVariant>
{
    private readonly TVariant _variant = variant;

    /// <summary>The GPU.</summary>
    public CudaDevice Device => device;

    /// <summary>The mask variant, its captures bound on the GPU.</summary>
    public TVariant Variant => _variant;

    /// <summary>Starts a kernel.</summary>
    public void Start(EntryPoint entry, long blocks, in BlockMaskArguments arguments, CudaStream queue, int sharedBytes = 0) =>
        KernelLauncher.Launch(device, kernel.Function(entry), blocks, kernel.Threads(entry), sharedBytes, queue, in arguments, in _variant);

    /// <summary>Starts a kernel whose warps take rows of blocks.</summary>
    public void StartRows(EntryPoint entry, in BlockMaskArguments arguments, CudaStream queue, int sharedBytes = 0) =>
        Start(entry, BlocksForRows(entry, in arguments), in arguments, queue, sharedBytes);

    /// <summary>How many blocks of threads take all rows.</summary>
    public long BlocksForRows(EntryPoint entry, in BlockMaskArguments arguments) =>
        BlocksFor(entry, entry == EntryPoint.BlockMaskList ? (long)arguments.Rows * arguments.WarpsPerRow : arguments.Rows);

    /// <summary>How many blocks of threads have so many warps.</summary>
    public long BlocksFor(EntryPoint entry, long warps) => Rounding.CeilingDivide(warps, kernel.Threads(entry) / 32);
}
