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
    public void Start(EntryPoint entry, LaunchGrid grid, in BlockMaskArguments arguments, CudaStream queue, int sharedBytes = 0) =>
        KernelLauncher.Launch(device, kernel.Function(entry), grid, kernel.Threads(entry), sharedBytes, queue, in arguments, in _variant);

    /// <summary>Starts a kernel in which a warp takes a row of blocks.</summary>
    public void StartRows(EntryPoint entry, in BlockMaskArguments arguments, CudaStream queue) =>
        Start(entry, ThreadBlocksFor(entry, arguments.Target.Rows), in arguments, queue);

    /// <summary>Starts the kernel that lists small masks.</summary>
    public void StartList(in BlockMaskArguments arguments, CudaStream queue, int sharedBytes)
    {
        long rows = ThreadBlocksFor(in arguments.Target), rowsByKeys = ThreadBlocksFor(in arguments.ByKeys);
        var grid = new LaunchGrid(Math.Max(rows, rowsByKeys), rowsByKeys > 0 ? 2 : 1, 1);
        Start(EntryPoint.BlockMaskList, grid, in arguments, queue, sharedBytes);
    }

    /// <summary>How many thread blocks list small masks, by queries and by keys.</summary>
    public long ThreadBlocksForLists(in BlockMaskArguments arguments) =>
        ThreadBlocksFor(in arguments.Target) + ThreadBlocksFor(in arguments.ByKeys);

    /// <summary>How many thread blocks have so many warps.</summary>
    public long ThreadBlocksFor(EntryPoint entry, long warps) => Rounding.CeilingDivide(warps, kernel.Threads(entry) / 32);

    private long ThreadBlocksFor(in BlockTarget target) =>
        ThreadBlocksFor(EntryPoint.BlockMaskList, (long)target.Rows * target.WarpsPerRow);
}
