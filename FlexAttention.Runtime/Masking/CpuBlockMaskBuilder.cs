using System.Runtime.Intrinsics;
using FlexAttention.Cpu;
using FlexAttention.Cpu.Lanes;
using FlexAttention.Descriptors;

namespace FlexAttention.Masking;

/// <summary>
/// Builds a block mask on the CPU: rows of blocks in parallel. Memory is one scratch row a thread, and the blocks that are
/// left.
/// </summary>
internal static class CpuBlockMaskBuilder
{
    public static BlockLists Build<TVariant>(in TVariant variant, BlockGrid grid)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        if (Vector512.IsHardwareAccelerated)
            return Build<TVariant, Float512, Vector512<float>, Vector512<int>>(variant, grid);
        if (Vector256.IsHardwareAccelerated)
            return Build<TVariant, Float256, Vector256<float>, Vector256<int>>(variant, grid);
        return Build<TVariant, Float128, Vector128<float>, Vector128<int>>(variant, grid);
    }

    public static BlockLists Build<TVariant, TLanes, TFloat, TInt>(TVariant variant, BlockGrid grid)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
        where TLanes : struct, ILanes<float, TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        var rows = new BlockRow[grid.Rows];
        Parallel.For(
            0,
            rows.Length,
            () => new BlockKind[grid.KeyBlocks],
            (row, _, kinds) =>
            {
                new BlockRowClassifier<TVariant, TLanes, TFloat, TInt>(in variant, grid, row).Classify(kinds);
                rows[row] = BlockRow.Of(kinds);
                return kinds;
            },
            _ => { });
        return BlockLists.Join(grid, rows);
    }
}
