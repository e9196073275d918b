using System.Runtime.Intrinsics;
using FlexAttention.Cpu;
using FlexAttention.Cpu.Lanes;
using FlexAttention.Descriptors;

namespace FlexAttention.Masking;

/// <summary>
/// Builds a block mask on the CPU: strips of rows of blocks in parallel. Memory is the tables of the mask's look-ups, and the
/// blocks that are left.
/// </summary>
internal static class CpuBlockMaskBuilder
{
    /// <summary>The rows that are asked about together.</summary>
    private const int TallestStrip = 64;

    /// <summary>Strips differ in work, so that each core should get several.</summary>
    private const int StripsPerCore = 8;

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
        var builder = new BlockListsBuilder(grid);
        if (grid.Rows == 0)
            return builder.ToLists();
        using CpuBoundsTables tables = CpuBoundsTables.Build(in variant);
        int height = (int)Math.Clamp(grid.Rows / (StripsPerCore * Environment.ProcessorCount), 1, TallestStrip);
        int perHead = Rounding.CeilingDivide(grid.QueryBlocks, height);
        var strips = new BlockLists[perHead * grid.Batch * grid.Heads];
        Parallel.For(
            0,
            strips.Length,
            () => NewRows(height),
            (strip, _, found) =>
            {
                (int batchHead, int position) = Math.DivRem(strip, perHead);
                int first = position * height;
                var rows = new BlockRun(first, Math.Min(first + height, grid.QueryBlocks));
                new BlockStrip<TVariant, TLanes, TFloat, TInt>(in variant, in tables.Tables, grid, batchHead, rows, found).Classify();
                strips[strip] = Collect(grid, found.AsSpan(0, rows.Length));
                return found;
            },
            _ => { });
        foreach (BlockLists strip in strips)
            builder.AddRows(strip);
        return builder.ToLists();
    }

    private static BlockRow[] NewRows(int count)
    {
        var rows = new BlockRow[count];
        for (int row = 0; row < count; row++)
            rows[row] = new BlockRow();
        return rows;
    }

    private static BlockLists Collect(BlockGrid grid, ReadOnlySpan<BlockRow> found)
    {
        var builder = new BlockListsBuilder(grid, found.Length);
        foreach (BlockRow row in found)
            builder.AddRow(row.Partial, row.Full);
        return builder.ToLists();
    }
}
