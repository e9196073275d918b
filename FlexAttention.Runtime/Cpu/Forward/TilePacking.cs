using System.Numerics;
using System.Runtime.CompilerServices;
using FlexAttention.Cpu.Lanes;

namespace FlexAttention.Cpu.Forward;

/// <summary>Brings rows of a tensor into the form that <see cref="TileProduct{TLanes,TScalar,TFloat,TInt}"/> reads.</summary>
internal static unsafe class TilePacking<T, TLanes, TScalar, TFloat, TInt>
    where T : unmanaged
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged, INumberBase<TScalar>
    where TFloat : struct
    where TInt : struct
{
    private static int Width => TileProduct<TLanes, TScalar, TFloat, TInt>.PanelWidth;

    /// <summary>Packs queries times a factor as rows, and zeros the rows that fill up the last strip.</summary>
    public static void Queries(T* source, long stride, int rows, int paddedRows, int dim, float factor, TScalar* target)
    {
        for (int row = 0; row < rows; row++)
            RowElements<T, TScalar>.Read(source + (row * stride), dim, target + (row * dim));
        new Span<TScalar>(target + (rows * dim), (paddedRows - rows) * dim).Clear();
        // The last vector may reach past the end, but not past the buffer, which is whole cache lines.
        LaneLoops<TLanes, TScalar, TFloat, TInt>.Scale(target, paddedRows * dim, TScalar.CreateTruncating(factor));
    }

    /// <summary>
    /// Packs keys as transposed panels, [panel, dim, Width], the last one filled up with zeros; <paramref name="row"/> is
    /// room for one row.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Keys(T* source, long stride, int rows, int dim, TScalar* row, TScalar* target)
    {
        int paddedRows = Rounding.Up(rows, Width);
        for (int n = 0; n < paddedRows; n++)
        {
            if (n < rows)
                RowElements<T, TScalar>.Read(source + (n * stride), dim, row);
            else if (n == rows)
                new Span<TScalar>(row, dim).Clear();
            (int panel, int column) = Math.DivRem(n, Width);
            TScalar* cell = target + (panel * dim * Width) + column;
            for (int d = 0; d < dim; d++, cell += Width)
                *cell = row[d];
        }
    }

    /// <summary>
    /// Packs values as panels, [panel, KeyTile, Width], the last one filled up with zeros; <paramref name="row"/> is room
    /// for one row of whole panels.
    /// </summary>
    /// <returns>Whether all values are finite.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static bool Values(T* source, long stride, int rows, int dim, TScalar* row, TScalar* target)
    {
        int panels = Rounding.CeilingDivide(dim, Width);
        new Span<TScalar>(row + dim, (panels * Width) - dim).Clear();
        TFloat zero = TLanes.Broadcast(0f), oddness = zero;
        for (int n = 0; n < rows; n++)
        {
            RowElements<T, TScalar>.Read(source + (n * stride), dim, row);
            for (int panel = 0; panel < panels; panel++)
            {
                TFloat left = TLanes.Load(in row[panel * Width]);
                TFloat right = TLanes.Load(in row[(panel * Width) + TLanes.Count]);
                TScalar* cell = target + (((panel * ForwardPlan.KeyTile) + n) * Width);
                TLanes.Store(left, ref *cell);
                TLanes.Store(right, ref cell[TLanes.Count]);
                // Zero times a number is zero, unless that is infinite or NaN.
                oddness = TLanes.MultiplyAdd(right, zero, TLanes.MultiplyAdd(left, zero, oddness));
            }
        }

        return TLanes.CountTrue(TLanes.IsNaN(oddness), TLanes.Count) == 0;
    }

    /// <summary>Zeros the packed values of a key if one of them is infinite or NaN.</summary>
    public static bool TryTakeOutOddValues(TScalar* values, int key, int paddedDim)
    {
        bool isOdd = false;
        for (int d = 0; d < paddedDim; d++)
            isOdd |= !TScalar.IsFinite(*PackedValue(values, key, d));
        for (int d = 0; isOdd && d < paddedDim; d++)
            *PackedValue(values, key, d) = TScalar.Zero;
        return isOdd;
    }

    private static TScalar* PackedValue(TScalar* values, int key, int d) =>
        values + ((((d / Width) * ForwardPlan.KeyTile) + key) * Width) + (d % Width);
}
