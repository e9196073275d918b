using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Masking;

/// <summary>Starts the kernels that build a block mask.</summary>
/// <param name="Device">The GPU.</param>
/// <param name="Kernel">The compiled unit.</param>
/// <param name="Queue">The stream that all of them are queued on.</param>
internal readonly record struct BlockMaskLaunch(CudaDevice Device, LoadedKernel Kernel, CudaStream Queue)
{
    /// <summary>Memory for what the next kernel writes.</summary>
    public DeviceTensor<T> Allocate<T>(long length)
        where T : unmanaged => DeviceTensor<T>.AllocateResult(Device, [length], Queue);

    /// <summary>Starts a kernel.</summary>
    public void Start<TVariant>(EntryPoint entry, long blocks, in BlockMaskArguments arguments, in TVariant variant)
        where TVariant : unmanaged, IAttentionVariant<TVariant> =>
        KernelLauncher.Launch(
            Device, Kernel.Function(entry), blocks, Kernel.Threads(entry), sharedBytes: 0, Queue, in arguments, in variant);

    /// <summary>Starts a kernel in which a warp takes a row of blocks.</summary>
    public void StartRows<TVariant>(EntryPoint entry, in BlockMaskArguments arguments, in TVariant variant)
        where TVariant : unmanaged, IAttentionVariant<TVariant> =>
        Start(entry, Rounding.CeilingDivide(arguments.Rows, Kernel.Threads(entry) / 32), in arguments, in variant);

    /// <summary>Waits for the numbers of partial and of full blocks.</summary>
    public (long Partial, long Full) Ask(DeviceTensor<long> totals)
    {
        Queue.Synchronize();
        long[] counts = totals.ToArray();
        return Math.Max(counts[0], counts[1]) <= int.MaxValue
            ? (counts[0], counts[1])
            : throw new NotSupportedException(
                "The block mask has more than 2^31 - 1 blocks to compute: choose larger blocks in BlockMaskOptions.");
    }
}
