using FlexAttention.Compilation;
using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Masking;

/// <summary>
/// Builds a block mask on a GPU, where it stays: the tables of the mask's look-ups, a pass that counts each row's blocks, the
/// sum of the counts, and a pass that writes the indices. Only of large masks the host asks for the sums, to allocate no more
/// than the indices need.
/// </summary>
internal static unsafe class CudaBlockMaskBuilder
{
    /// <summary>Up to so many blocks there is room for all: a megabyte a list, which costs less than to ask.</summary>
    private const long MostWithoutAsking = 1 << 18;

    public static BlockTable Build<TVariant>(CudaDevice device, in TVariant variant, BlockGrid grid, CudaStream? stream)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        if (grid.Rows == 0 || grid.KeyBlocks == 0)
            return BlockTable.From(BlockLists.Empty(grid), device);
        // Exact, so that a mask's blocks are those of the C# method.
        LoadedKernel kernel = KernelTable.Get(
            TVariant.Descriptor, KernelKind.BlockMask, ForwardConfig.Plain(device.Architecture, MathMode.Exact), device);
        var launch = new BlockMaskLaunch(device, kernel, stream ?? device.DefaultStream);
        using CudaBoundsTables tables = CudaBoundsTables.Allocate(in variant, device, launch.Queue);
        DeviceTensor<long> totals = launch.Allocate<long>(2);
        DeviceTensor<int> partialRanges = launch.Allocate<int>(2 * grid.Rows), fullRanges = launch.Allocate<int>(2 * grid.Rows);
        var arguments = new BlockMaskArguments
        {
            PartialRanges = (int*)partialRanges.Pointer,
            FullRanges = (int*)fullRanges.Pointer,
            Totals = (long*)totals.Pointer,
            Tables = tables.Tables,
            Rows = (int)grid.Rows,
            Heads = grid.Heads,
            QueryLength = grid.QueryLength,
            KeyLength = grid.KeyLength,
            QueryBlock = grid.QueryBlock,
            KeyBlock = grid.KeyBlock,
        };
        tables.Build(in launch, arguments, in variant);
        launch.StartRows(EntryPoint.BlockMaskCount, in arguments, in variant);
        launch.Start(EntryPoint.BlockMaskScan, 1, in arguments, in variant);

        (long partialRoom, long fullRoom) = grid.Blocks <= MostWithoutAsking ? (grid.Blocks, grid.Blocks) : launch.Ask(totals);
        DeviceTensor<int> partialIndices = launch.Allocate<int>(partialRoom), fullIndices = launch.Allocate<int>(fullRoom);
        arguments.PartialIndices = (int*)partialIndices.Pointer;
        arguments.FullIndices = (int*)fullIndices.Pointer;
        launch.StartRows(EntryPoint.BlockMaskFill, in arguments, in variant);
        launch.Queue.Synchronize();
        return new BlockTable(grid, partialRanges, partialIndices, fullRanges, fullIndices, totals);
    }
}
