using System.Numerics;
using System.Runtime.InteropServices;
using FlexAttention.Execution;

namespace FlexAttention.Masking;

/// <summary>Lists that are to be written. In lists by keys, queries and keys are exchanged. The CUDA struct of the same name.</summary>
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
