using System.Runtime.CompilerServices;
using FlexAttention.Cpu.Forward;
using FlexAttention.Cpu.Lanes;

namespace FlexAttention.Cpu.Backward;

/// <summary>
/// Adds the product of a transposed matrix and a panel: eight neighbouring columns of the one, which are eight rows of the
/// result, times a panel two vectors wide. The sums stay in registers over the whole depth.
/// </summary>
internal static unsafe class TransposedProduct<TLanes, TScalar, TFloat, TInt>
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged
    where TFloat : struct
    where TInt : struct
{
    /// <summary>The columns that are taken at once.</summary>
    public const int Columns = 8;

    // As in TileProduct: 16 sums fit in 32 registers, not in 16.
    private static bool HasManyRegisters => Unsafe.SizeOf<TFloat>() == 64;

    /// <summary>Computes <c>c += aᵀ b</c>.</summary>
    /// <param name="a">The first of eight columns, [depth, 8].</param>
    /// <param name="aStride">The distance between its rows.</param>
    /// <param name="b">The panel, [depth, PanelWidth], dense.</param>
    /// <param name="depth">The length of the sums.</param>
    /// <param name="c">The result, [8, PanelWidth].</param>
    /// <param name="cStride">The distance between its rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(TScalar* a, nint aStride, TScalar* b, nint depth, TScalar* c, nint cStride)
    {
        if (HasManyRegisters)
        {
            EightColumns(a, aStride, b, depth, c, cStride);
        }
        else
        {
            FourColumns(a, aStride, b, depth, c, cStride);
            FourColumns(a + 4, aStride, b, depth, c + (4 * cStride), cStride);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void EightColumns(TScalar* a, nint aStride, TScalar* b, nint depth, TScalar* c, nint cStride)
    {
        RowBlock<TLanes, TScalar, TFloat, TInt> row0 = Load(c), row1 = Load(c + cStride);
        RowBlock<TLanes, TScalar, TFloat, TInt> row2 = Load(c + (2 * cStride)), row3 = Load(c + (3 * cStride));
        RowBlock<TLanes, TScalar, TFloat, TInt> row4 = Load(c + (4 * cStride)), row5 = Load(c + (5 * cStride));
        RowBlock<TLanes, TScalar, TFloat, TInt> row6 = Load(c + (6 * cStride)), row7 = Load(c + (7 * cStride));
        for (nint k = 0; k < depth; k++)
        {
            TFloat left = TLanes.Load(in *b), right = TLanes.Load(in b[TLanes.Count]);
            row0.MultiplyAdd(a[0], left, right);
            row1.MultiplyAdd(a[1], left, right);
            row2.MultiplyAdd(a[2], left, right);
            row3.MultiplyAdd(a[3], left, right);
            row4.MultiplyAdd(a[4], left, right);
            row5.MultiplyAdd(a[5], left, right);
            row6.MultiplyAdd(a[6], left, right);
            row7.MultiplyAdd(a[7], left, right);
            a += aStride;
            b += 2 * TLanes.Count;
        }

        row0.Store(c);
        row1.Store(c + cStride);
        row2.Store(c + (2 * cStride));
        row3.Store(c + (3 * cStride));
        row4.Store(c + (4 * cStride));
        row5.Store(c + (5 * cStride));
        row6.Store(c + (6 * cStride));
        row7.Store(c + (7 * cStride));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FourColumns(TScalar* a, nint aStride, TScalar* b, nint depth, TScalar* c, nint cStride)
    {
        RowBlock<TLanes, TScalar, TFloat, TInt> row0 = Load(c), row1 = Load(c + cStride);
        RowBlock<TLanes, TScalar, TFloat, TInt> row2 = Load(c + (2 * cStride)), row3 = Load(c + (3 * cStride));
        for (nint k = 0; k < depth; k++)
        {
            TFloat left = TLanes.Load(in *b), right = TLanes.Load(in b[TLanes.Count]);
            row0.MultiplyAdd(a[0], left, right);
            row1.MultiplyAdd(a[1], left, right);
            row2.MultiplyAdd(a[2], left, right);
            row3.MultiplyAdd(a[3], left, right);
            a += aStride;
            b += 2 * TLanes.Count;
        }

        row0.Store(c);
        row1.Store(c + cStride);
        row2.Store(c + (2 * cStride));
        row3.Store(c + (3 * cStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RowBlock<TLanes, TScalar, TFloat, TInt> Load(TScalar* c) => RowBlock<TLanes, TScalar, TFloat, TInt>.Load(c);
}
