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

/// <summary>The lists of the same mask in other blocks. The CUDA struct of the same name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BlockSource
{
    public BlockMaskView Lists;
    public int QueryBlock;
    public int KeyBlock;

    // 1 where its rows are columns in the new lists, else 0.
    public int Transposed;
}
