using FlexAttention.Cpu;
using FlexAttention.Descriptors;

namespace FlexAttention.Masking;

/// <summary>
/// Builds a block mask on the CPU: rows of blocks in parallel, each block evaluated, run by run, until it is known to be
/// partial. Memory is one scratch row a thread, and the blocks that are left.
/// </summary>
internal static class CpuBlockMaskBuilder
{
    public static BlockLists Build<TVariant>(in TVariant variant, BlockGrid grid)
        where TVariant : unmanaged, IAttentionVariant<TVariant> =>
        Build<TVariant, PlaceholderLanes, System.Runtime.Intrinsics.Vector256<float>, System.Runtime.Intrinsics.Vector256<int>>(variant, grid);

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
                (int b, int h, int block) = grid.Decode(row);
                (int start, int end) = grid.Queries(block);
                for (int key = 0; key < kinds.Length; key++)
                    kinds[key] = Classify<TVariant, TLanes, TFloat, TInt>(in variant, b, h, start, end, grid.Keys(key));
                rows[row] = BlockRow.Of(kinds);
                return kinds;
            },
            _ => { });
        return BlockLists.Join(grid, rows);
    }

    private static BlockKind Classify<TVariant, TLanes, TFloat, TInt>(
        in TVariant variant, int b, int h, int queryStart, int queryEnd, (int Start, int End) keys)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
        where TLanes : struct, ILanes<float, TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        int count = keys.End - keys.Start;
        bool kept = false, rejected = false;
        for (int q = queryStart; q < queryEnd; q++)
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
