using System.Runtime.InteropServices;
using FlexAttention.Execution;

namespace FlexAttention.Masking;

/// <summary>The first parameter of the block mask kernels: field for field the CUDA struct of the same name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BlockMaskArguments
{
    // The count pass writes the number of a row's blocks as the end of its range.
    public BlockMaskView Lists;

    // The entries that every row has room for in each list; 0: the ranges say where rows begin.
    public int Room;

    // Where there is room: the warps that share out the blocks of a row.
    public int WarpsPerRow;

    // The numbers of partial and of full blocks.
    public long* Totals;
    public BoundsTables Tables;

    // Where in shared memory, in nodes, each block of threads builds a table; -1: it is there already, or is none.
    public fixed int SharedPlaces[BoundsTables.Most];
    public BlockMaskSource Source;
    public int Rows;
    public int Heads;
    public int QueryLength;
    public int KeyLength;
    public int QueryBlock;
    public int KeyBlock;

    // The number of the table that is built.
    public int Slot;
}

/// <summary>The lists of the same mask in other blocks; without lists the mask itself is asked.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BlockMaskSource
{
    public BlockMaskView Lists;
    public int QueryBlock;
    public int KeyBlock;

    // 1 where its rows are columns in the new lists, else 0.
    public int Transposed;
}
