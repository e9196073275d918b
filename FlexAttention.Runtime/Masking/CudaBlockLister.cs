using System.Numerics;
using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Masking;

/// <summary>
/// Writes a mask's lists of blocks on a GPU. Small masks are listed in one pass; of large ones one pass counts each row's blocks, and
/// after the sum of the counts another fills the lists.
/// </summary>
internal sealed unsafe class CudaBlockLister<TVariant>(in BlockMaskLaunch<TVariant> launch) : IBlockRegrouper
    where TVariant : unmanaged, IAttentionVariant<TVariant>
{
    /// <summary>The blocks that a warp looks at at once.</summary>
    private const int BlocksOfAWarp = 32;

    /// <summary>The warps of a block of threads: <c>flex::BlockMask::kWarps</c>.</summary>
    private const int MostWarpsPerRow = 8;

    /// <summary>Up to so many blocks every row has room for all: a megabyte a list, which costs less than to count.</summary>
    private const long MostWithRoom = 1 << 18;

    private readonly BlockMaskLaunch<TVariant> _launch = launch;

    /// <summary>The arguments for a grid's rows, without lists and tables.</summary>
    public BlockMaskArguments ArgumentsFor(BlockGrid grid)
    {
        var arguments = new BlockMaskArguments
        {
            Room = grid.Blocks <= MostWithRoom ? grid.KeyBlocks : 0,
            WarpsPerRow = WarpsFor(grid.KeyBlocks),
            Rows = (int)grid.Rows,
            Heads = grid.Heads,
            QueryLength = grid.QueryLength,
            KeyLength = grid.KeyLength,
            QueryBlock = grid.QueryBlock,
            KeyBlock = grid.KeyBlock,
        };
        for (int slot = 0; slot < BoundsTables.Most; slot++)
            arguments.SharedPlaces[slot] = -1;
        return arguments;
    }

    /// <summary>Starts the kernels that find and write the blocks.</summary>
    /// <param name="grid">How pairs are divided into blocks.</param>
    /// <param name="arguments">Those for the grid, with tables or a source.</param>
    /// <param name="queue">The stream.</param>
    /// <param name="sharedBytes">The shared memory that the tables take.</param>
    public BlockTable List(BlockGrid grid, in BlockMaskArguments arguments, CudaStream queue, int sharedBytes = 0)
    {
        BlockMaskArguments parameter = arguments;
        bool hasRoom = parameter.Room > 0;
        (long ends, long partial, long full) = (4 * grid.Rows, grid.Blocks, grid.Blocks);
        // Where the room is known, one piece of memory is enough.
        DeviceTensor<int> ranges = Allocate<int>(hasRoom ? ends + partial + full : ends, queue);
        parameter.Lists.PartialRanges = (int*)ranges.Pointer;
        parameter.Lists.FullRanges = parameter.Lists.PartialRanges + (2 * grid.Rows);
        if (!hasRoom)
            (partial, full) = Count(in parameter, queue);
        DeviceTensor<int> indices = hasRoom ? ranges.Slice(0, ends, partial + full) : Allocate<int>(partial + full, queue);
        parameter.Lists.PartialIndices = (int*)indices.Pointer;
        parameter.Lists.FullIndices = parameter.Lists.PartialIndices + partial;
        _launch.StartRows(hasRoom ? EntryPoint.BlockMaskList : EntryPoint.BlockMaskFill, in parameter, queue, sharedBytes);
        return new BlockTable(grid, ranges, indices, partial, new StreamOrder(_launch.Device, queue), this);
    }

    public BlockTable Regroup(BlockTable source, BlockGrid grid, bool transposed, CudaStream queue)
    {
        source.Precede(queue);
        BlockMaskArguments arguments = ArgumentsFor(grid);
        arguments.Source = new BlockMaskSource
        {
            Lists = source.View,
            QueryBlock = source.Grid.QueryBlock,
            KeyBlock = source.Grid.KeyBlock,
            Transposed = transposed ? 1 : 0,
        };
        return List(grid, in arguments, queue);
    }

    /// <summary>Makes ranges of the rows' counts, and waits for the numbers of partial and of full blocks.</summary>
    private (long Partial, long Full) Count(in BlockMaskArguments arguments, CudaStream queue)
    {
        using DeviceTensor<long> totals = Allocate<long>(2, queue);
        BlockMaskArguments parameter = arguments;
        parameter.Totals = (long*)totals.Pointer;
        _launch.StartRows(EntryPoint.BlockMaskCount, in parameter, queue);
        _launch.Start(EntryPoint.BlockMaskScan, 1, in parameter, queue);
        queue.Synchronize();
        long[] counts = totals.ToArray();
        return Math.Max(counts[0], counts[1]) <= int.MaxValue
            ? (counts[0], counts[1])
            : throw new NotSupportedException(
                "The block mask has more than 2^31 - 1 blocks to compute: choose larger blocks in BlockMaskOptions.");
    }

    /// <summary>A power of two, so that a block of threads has whole rows.</summary>
    private static int WarpsFor(int keyBlocks) =>
        (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(MostWarpsPerRow, Rounding.CeilingDivide(keyBlocks, BlocksOfAWarp)));

    private DeviceTensor<T> Allocate<T>(long length, CudaStream queue)
        where T : unmanaged => DeviceTensor<T>.AllocateResult(_launch.Device, [length], queue);
}
