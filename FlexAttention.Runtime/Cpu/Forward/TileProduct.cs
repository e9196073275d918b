using System.Runtime.CompilerServices;
using FlexAttention.Cpu.Lanes;

namespace FlexAttention.Cpu.Forward;

/// <summary>
/// The one matrix product of the kernel, of queries and keys as of probabilities and values: a strip of rows times a
/// panel two vectors wide. The strip's part of the result stays in registers over the whole depth.
/// </summary>
internal static unsafe class TileProduct<TLanes, TScalar, TFloat, TInt>
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged
    where TFloat : struct
    where TInt : struct
{
    /// <summary>The rows of a strip.</summary>
    public const int StripRows = 8;

    /// <summary>The columns of a panel.</summary>
    public static int PanelWidth => 2 * TLanes.Count;

    // 16 sums fill half of the 32 registers that come with 512 bits, but all of the 16 that narrower vectors may have.
    private static bool HasManyRegisters => Unsafe.SizeOf<TFloat>() == 64;

    /// <summary>Computes <c>c = a b</c> for the rows of a strip, or <c>c += a b</c>.</summary>
    /// <param name="a">The strip, [8, depth].</param>
    /// <param name="aStride">The distance between its rows.</param>
    /// <param name="b">The panel, [depth, PanelWidth], dense.</param>
    /// <param name="depth">The length of the sums.</param>
    /// <param name="c">The result, [8, PanelWidth].</param>
    /// <param name="cStride">The distance between its rows.</param>
    /// <param name="accumulate">Whether to add to the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(
        TScalar* a, nint aStride, TScalar* b, nint depth, TScalar* c, nint cStride, bool accumulate)
    {
        if (HasManyRegisters)
        {
            EightRows(a, aStride, b, depth, c, cStride, accumulate);
        }
        else
        {
            FourRows(a, aStride, b, depth, c, cStride, accumulate);
            FourRows(a + (4 * aStride), aStride, b, depth, c + (4 * cStride), cStride, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void EightRows(
        TScalar* a, nint aStride, TScalar* b, nint depth, TScalar* c, nint cStride, bool accumulate)
    {
        TScalar* a1 = a + aStride, a2 = a1 + aStride, a3 = a2 + aStride, a4 = a3 + aStride;
        TScalar* a5 = a4 + aStride, a6 = a5 + aStride, a7 = a6 + aStride;
        RowBlock<TLanes, TScalar, TFloat, TInt> row0 = Start(c, accumulate), row1 = Start(c + cStride, accumulate);
        RowBlock<TLanes, TScalar, TFloat, TInt> row2 = Start(c + (2 * cStride), accumulate), row3 = Start(c + (3 * cStride), accumulate);
        RowBlock<TLanes, TScalar, TFloat, TInt> row4 = Start(c + (4 * cStride), accumulate), row5 = Start(c + (5 * cStride), accumulate);
        RowBlock<TLanes, TScalar, TFloat, TInt> row6 = Start(c + (6 * cStride), accumulate), row7 = Start(c + (7 * cStride), accumulate);
        for (nint k = 0; k < depth; k++)
        {
            TFloat left = TLanes.Load(in *b), right = TLanes.Load(in b[TLanes.Count]);
            b += PanelWidth;
            row0.MultiplyAdd(a[k], left, right);
            row1.MultiplyAdd(a1[k], left, right);
            row2.MultiplyAdd(a2[k], left, right);
            row3.MultiplyAdd(a3[k], left, right);
            row4.MultiplyAdd(a4[k], left, right);
            row5.MultiplyAdd(a5[k], left, right);
            row6.MultiplyAdd(a6[k], left, right);
            row7.MultiplyAdd(a7[k], left, right);
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
    private static void FourRows(
        TScalar* a, nint aStride, TScalar* b, nint depth, TScalar* c, nint cStride, bool accumulate)
    {
        TScalar* a1 = a + aStride, a2 = a1 + aStride, a3 = a2 + aStride;
        RowBlock<TLanes, TScalar, TFloat, TInt> row0 = Start(c, accumulate), row1 = Start(c + cStride, accumulate);
        RowBlock<TLanes, TScalar, TFloat, TInt> row2 = Start(c + (2 * cStride), accumulate), row3 = Start(c + (3 * cStride), accumulate);
        for (nint k = 0; k < depth; k++)
        {
            TFloat left = TLanes.Load(in *b), right = TLanes.Load(in b[TLanes.Count]);
            b += PanelWidth;
            row0.MultiplyAdd(a[k], left, right);
            row1.MultiplyAdd(a1[k], left, right);
            row2.MultiplyAdd(a2[k], left, right);
            row3.MultiplyAdd(a3[k], left, right);
        }

        row0.Store(c);
        row1.Store(c + cStride);
        row2.Store(c + (2 * cStride));
        row3.Store(c + (3 * cStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RowBlock<TLanes, TScalar, TFloat, TInt> Start(TScalar* c, bool accumulate) =>
        accumulate
            ? RowBlock<TLanes, TScalar, TFloat, TInt>.Load(c)
            : RowBlock<TLanes, TScalar, TFloat, TInt>.Zero();
}
