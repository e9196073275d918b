using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Masking;

/// <summary>
/// Writes a mask's lists of blocks on a GPU. Small masks are listed in one pass, by keys as well; of large ones one pass counts
/// each row's blocks, and after the sum of the counts another fills the lists.
/// </summary>
internal sealed unsafe class CudaBlockLister<TVariant>(in BlockMaskLaunch<TVariant> launch) : IBlockRegrouper
    where TVariant : unmanaged, IAttentionVariant<TVariant>
{
    private readonly BlockMaskLaunch<TVariant> _launch = launch;

    /// <summary>Starts the kernels that find and write the blocks.</summary>
    /// <param name="grid">How pairs are divided into blocks.</param>
    /// <param name="arguments">Those for the grid, with tables or a source.</param>
    /// <param name="queue">The stream.</param>
    /// <param name="sharedBytes">The shared memory that the tables take.</param>
    public BlockTable List(BlockGrid grid, in BlockMaskArguments arguments, CudaStream queue, int sharedBytes = 0) =>
        arguments.Target.Room > 0
            ? ListAtOnce(grid, arguments, queue, sharedBytes)
            : CountAndFill(grid, arguments, queue);

    /// <inheritdoc/>
    public BlockTable Regroup(BlockTable source, BlockGrid grid, bool transposed, CudaStream queue)
    {
        source.Precede(queue);
        // With a source the kernels read neither the variant, whose captures may be gone, nor tables.
        BlockMaskArguments arguments = BlockMaskArguments.For(BlockTarget.Of(grid), grid.Heads);
        arguments.Source = new BlockSource
        {
            Lists = source.View,
            QueryBlock = source.Grid.QueryBlock,
            KeyBlock = source.Grid.KeyBlock,
            Transposed = transposed ? 1 : 0,
        };
        return List(grid, in arguments, queue);
    }

    private BlockTable ListAtOnce(BlockGrid grid, BlockMaskArguments arguments, CudaStream queue, int sharedBytes)
    {
        BlockTarget target = arguments.Target, byKeys = arguments.ByKeys;
        (long length, long lengthByKeys) = (LengthOf(in target), LengthOf(in byKeys));
        DeviceTensor<int> memory = Allocate<int>(length + lengthByKeys, queue);
        Place(ref arguments.Target, (int*)memory.Pointer);
        Place(ref arguments.ByKeys, (int*)memory.Pointer + length);
        _launch.StartList(in arguments, queue, sharedBytes);
        var order = new StreamOrder(_launch.Device, queue);
        BlockTable? transposed = byKeys.Rows == 0
            ? null
            : TableOf(grid.Transposed, in byKeys, memory.Slice(0, length, lengthByKeys), order, null);
        return TableOf(grid, in target, memory, order, transposed);
    }

    private BlockTable TableOf(
        BlockGrid grid, in BlockTarget target, DeviceTensor<int> memory, StreamOrder order, BlockTable? transposed) => new(
        grid, memory, memory.Slice(0, target.RangesLength, 2 * target.ListRoom), target.ListRoom, order, this, transposed);

    private BlockTable CountAndFill(BlockGrid grid, BlockMaskArguments arguments, CudaStream queue)
    {
        DeviceTensor<int> ranges = Allocate<int>(arguments.Target.RangesLength, queue);
        try
        {
            arguments.Target.PlaceRanges((int*)ranges.Pointer);
            (long partial, long full) = Count(arguments, queue);
            DeviceTensor<int> indices = Allocate<int>(partial + full, queue);
            arguments.Target.PlaceIndices((int*)indices.Pointer, partial);
            _launch.StartRows(EntryPoint.BlockMaskFill, in arguments, queue);
            return new BlockTable(grid, ranges, indices, partial, new StreamOrder(_launch.Device, queue), this);
        }
        catch
        {
            ranges.Dispose();
            throw;
        }
    }

    /// <summary>Makes ranges of the rows' counts, and waits for the numbers of partial and of full blocks.</summary>
    private (long Partial, long Full) Count(BlockMaskArguments arguments, CudaStream queue)
    {
        using DeviceTensor<long> totals = Allocate<long>(2, queue);
        arguments.Totals = (long*)totals.Pointer;
        _launch.StartRows(EntryPoint.BlockMaskCount, in arguments, queue);
        _launch.Start(EntryPoint.BlockMaskScan, 1, in arguments, queue);
        queue.Synchronize();
        long[] counts = totals.ToArray();
        return Math.Max(counts[0], counts[1]) <= int.MaxValue
            ? (counts[0], counts[1])
            : throw new NotSupportedException(
                "The block mask has more than 2^31 - 1 blocks to compute: choose larger blocks in BlockMaskOptions.");
    }

    private DeviceTensor<T> Allocate<T>(long length, CudaStream queue)
        where T : unmanaged => DeviceTensor<T>.AllocateResult(_launch.Device, [length], queue);

    /// <summary>The ints that lists with room take.</summary>
    private static long LengthOf(in BlockTarget target) => target.RangesLength + (2 * target.ListRoom);

    private static void Place(ref BlockTarget target, int* memory)
    {
        target.PlaceRanges(memory);
        target.PlaceIndices(memory + target.RangesLength, target.ListRoom);
    }
}
