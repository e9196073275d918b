using FlexAttention.Compilation;
using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Masking;

/// <summary>
/// Builds a block mask on a GPU, where it stays: one pass counts each row's blocks, the host turns counts into offsets (and
/// so learns how much memory the indices need), a second pass writes the indices.
/// </summary>
internal static unsafe class CudaBlockMaskBuilder
{
    /// <summary><c>BlockMask::kThreads</c>.</summary>
    private const int Threads = 256;

    public static BlockTable Build<TVariant>(CudaDevice device, in TVariant variant, BlockGrid grid, CudaStream? stream)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        CudaStream queue = stream ?? device.DefaultStream;
        // Exact, so that a mask's blocks are those of the C# method.
        LoadedKernel kernel = KernelTable.Get(
            TVariant.Descriptor, KernelKind.BlockMask, ForwardConfig.Plain(device.Architecture, MathMode.Exact), device);
        DeviceTensor<int> partialOffsets = DeviceTensor<int>.Create(device, grid.Rows + 1);
        DeviceTensor<int> fullOffsets = DeviceTensor<int>.Create(device, grid.Rows + 1);
        var arguments = new BlockMaskArguments
        {
            PartialOffsets = (int*)partialOffsets.Pointer,
            FullOffsets = (int*)fullOffsets.Pointer,
            Heads = grid.Heads,
            QueryLength = grid.QueryLength,
            KeyLength = grid.KeyLength,
            QueryBlock = grid.QueryBlock,
            KeyBlock = grid.KeyBlock,
        };
        nint count = kernel.Function(EntryPoint.BlockMaskCount);
        KernelLauncher.Launch(device, count, grid.Rows, Threads, sharedBytes: 0, queue, in arguments, in variant);
        queue.Synchronize();

        DeviceTensor<int> partialIndices = AllocateIndices(partialOffsets);
        DeviceTensor<int> fullIndices = AllocateIndices(fullOffsets);
        arguments.PartialIndices = (int*)partialIndices.Pointer;
        arguments.FullIndices = (int*)fullIndices.Pointer;
        nint fill = kernel.Function(EntryPoint.BlockMaskFill);
        KernelLauncher.Launch(device, fill, grid.Rows, Threads, sharedBytes: 0, queue, in arguments, in variant);
        queue.Synchronize();
        return new BlockTable(grid, partialOffsets, partialIndices, fullOffsets, fullIndices);
    }

    /// <summary>Turns the counts on the device into offsets, and allocates as many indices.</summary>
    private static DeviceTensor<int> AllocateIndices(DeviceTensor<int> counts)
    {
        int[] offsets = counts.ToArray();
        SumUp(offsets);
        counts.CopyFrom(offsets);
        return DeviceTensor<int>.Allocate(counts.Device, [offsets[^1]], zeroed: false);
    }

    /// <summary>Turns <c>0, count of row 0, count of row 1, ...</c> into offsets, in place.</summary>
    private static void SumUp(int[] counts)
    {
        for (int r = 1; r < counts.Length; r++)
            counts[r] = checked(counts[r] + counts[r - 1]);
    }
}
