using FlexAttention.Compilation;
using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Masking;

/// <summary>Builds a block mask on a GPU, where it stays: the tables of the mask's look-ups, then the lists of its blocks.</summary>
internal static class CudaBlockMaskBuilder
{
    /// <summary>Starts the kernels; returns before they are done, unless the host has to ask how many blocks there are.</summary>
    public static BlockTable Build<TVariant>(CudaDevice device, in TVariant variant, BlockGrid grid, CudaStream? stream)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        if (grid.Rows == 0 || grid.KeyBlocks == 0)
            return BlockTable.From(BlockLists.Empty(grid), device);
        CudaStream queue = stream ?? device.DefaultStream;
        if (queue.IsCapturing)
            throw new InvalidOperationException("A block mask cannot be created in a capture: create it before.");
        // Exact, so that a mask's blocks are those of the C# method.
        LoadedKernel kernel = KernelTable.Get(
            TVariant.Descriptor, KernelKind.BlockMask, ForwardConfig.Plain(device.Architecture, MathMode.Exact), device);
        var launch = new BlockMaskLaunch<TVariant>(device, kernel, in variant);
        var lister = new CudaBlockLister<TVariant>(in launch);
        BlockMaskArguments arguments = BlockMaskArguments.For(BlockTarget.Of(grid), grid.Heads);
        // Small masks are listed by keys at once: other multiprocessors do it.
        if (arguments.Target.Room > 0)
            arguments.ByKeys = BlockTarget.Of(grid.Transposed);
        using CudaBoundsTables tables = CudaBoundsTables.Build(in launch, ref arguments, queue);
        return lister.List(grid, in arguments, queue, tables.SharedBytes);
    }
}
