using System.Runtime.Intrinsics;
using FlexAttention.Cpu;
using FlexAttention.Cpu.Lanes;
using FlexAttention.Descriptors;

namespace FlexAttention.Masking;

/// <summary>
/// Builds a block mask on the CPU: rows of blocks in parallel, each block evaluated, row by row, until it is known to be
/// partial. Memory is one scratch row a thread, and the blocks that are left.
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
        // Of a range that the mask does not depend on, the first index stands for all.
        bool anyQuery = !TVariant.Descriptor.MaskDependence.HasFlag(IndexDependence.Query);
        bool anyKey = !TVariant.Descriptor.MaskDependence.HasFlag(IndexDependence.Key);
        var rows = new BlockRow[grid.Rows];
        Parallel.For(
            0,
            rows.Length,
            () => new BlockKind[grid.KeyBlocks],
            (row, _, kinds) =>
            {
                (int b, int h, int block) = grid.Decode(row);
                (int Start, int End) queries = Samples(grid.Queries(block), anyQuery);
                for (int key = 0; key < kinds.Length; key++)
                {
                    (int Start, int End) keys = Samples(grid.Keys(key), anyKey);
                    kinds[key] = Classify<TVariant, TLanes, TFloat, TInt>(in variant, b, h, queries, keys);
                }

                rows[row] = BlockRow.Of(kinds);
                return kinds;
            },
            _ => { });
        return BlockLists.Join(grid, rows);
    }

    private static (int Start, int End) Samples((int Start, int End) range, bool any) =>
        any ? (range.Start, range.Start + 1) : range;

    private static BlockKind Classify<TVariant, TLanes, TFloat, TInt>(
        in TVariant variant, int b, int h, (int Start, int End) queries, (int Start, int End) keys)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
        where TLanes : struct, ILanes<float, TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        int count = keys.End - keys.Start;
        bool kept = false, rejected = false;
        for (int q = queries.Start; q < queries.End; q++)
        {
            int keptInRow = variant.CountKept<TLanes, float, TFloat, TInt>(count, b, h, q, keys.Start);
            kept |= keptInRow > 0;
            rejected |= keptInRow < count;
            if (kept && rejected)
                return BlockKind.Partial;
        }

        return kept ? BlockKind.Full : BlockKind.Empty;
    }
}
