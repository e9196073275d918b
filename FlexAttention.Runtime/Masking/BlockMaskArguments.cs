using System.Numerics;
using System.Runtime.InteropServices;
using FlexAttention.Execution;

namespace FlexAttention.Masking;

/// <summary>The first parameter of the block mask kernels: field for field the CUDA struct of the same name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BlockMaskArguments
{
    public BlockTarget Target;

    // The same blocks, by keys; without rows where they are not wanted.
    public BlockTarget ByKeys;

    // Without lists: the mask itself is asked.
    public BlockSource Source;
    public BoundsTables Tables;

    // Where in shared memory, in nodes, each thread block builds a table; -1: in none.
    public fixed int SharedPlaces[BoundsTables.Most];

    // The numbers of partial and of full blocks.
    public long* Totals;
    public int Heads;

    // The number of the table that is built.
    public int Slot;

    /// <summary>The arguments for lists of a grid.</summary>
    public static BlockMaskArguments For(in BlockTarget target, int heads)
    {
        var arguments = new BlockMaskArguments { Target = target, Heads = heads };
        for (int slot = 0; slot < BoundsTables.Most; slot++)
            arguments.SharedPlaces[slot] = -1;
        return arguments;
    }
}

/// <summary>Lists that are to be written. In lists by keys, queries and keys are exchanged.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BlockTarget
{
    // The count pass writes the number of a row's blocks as the end of its range.
    public BlockMaskView Lists;

    // The entries that every row has room for in each list; 0: the ranges say where rows begin.
    public int Room;

    // Where there is room: the warps that share out the blocks of a row.
    public int WarpsPerRow;
    public int Rows;
    public int QueryLength;
    public int KeyLength;
    public int QueryBlock;
    public int KeyBlock;

    /// <summary>The blocks that a warp looks at at once.</summary>
    private const int BlocksOfAWarp = 32;

    /// <summary>The warps of a thread block: <c>flex::BlockMask::kWarps</c>.</summary>
    private const int MostWarpsPerRow = 8;

    /// <summary>Up to so many blocks every row has room for all: a megabyte a list, which costs less than to count.</summary>
    private const long MostWithRoom = 1 << 18;

    /// <summary>The ints that the ranges take.</summary>
    public readonly long RangesLength => 4L * Rows;

    /// <summary>The room of one list.</summary>
    public readonly long ListRoom => (long)Rows * Room;

    /// <summary>The lists of a grid, without memory.</summary>
    public static BlockTarget Of(BlockGrid grid) => new()
    {
        Room = grid.Blocks <= MostWithRoom ? grid.KeyBlocks : 0,
        // A power of two, so that a thread block has whole rows.
        WarpsPerRow = (int)BitOperations.RoundUpToPowerOf2(
            (uint)Math.Min(MostWarpsPerRow, Rounding.CeilingDivide(grid.KeyBlocks, BlocksOfAWarp))),
        Rows = (int)grid.Rows,
        QueryLength = grid.QueryLength,
        KeyLength = grid.KeyLength,
        QueryBlock = grid.QueryBlock,
        KeyBlock = grid.KeyBlock,
    };

    /// <summary>Gives the ranges their place.</summary>
    public void PlaceRanges(int* ranges)
    {
        Lists.PartialRanges = ranges;
        Lists.FullRanges = ranges + (2L * Rows);
    }

    /// <summary>Gives the indices their place.</summary>
    public void PlaceIndices(int* indices, long fullStart)
    {
        Lists.PartialIndices = indices;
        Lists.FullIndices = indices + fullStart;
    }
}

/// <summary>The lists of the same mask in other blocks.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BlockSource
{
    public BlockMaskView Lists;
    public int QueryBlock;
    public int KeyBlock;

    // 1 where its rows are columns in the new lists, else 0.
    public int Transposed;
}
