using System.Numerics;
using FlexAttention.Cpu.Forward;
using FlexAttention.Cpu.Lanes;

namespace FlexAttention.Cpu.Backward;

/// <summary>
/// Rows of a tensor, packed as the right side of a product. Rows with infinity or NaN are taken out, since the product
/// would multiply them with the zeros of pairs that have no part in them, and are added to the others one by one.
/// </summary>
internal readonly unsafe struct PackedRows<T, TLanes, TScalar, TFloat, TInt>
    where T : unmanaged
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged, IFloatingPointIeee754<TScalar>
    where TFloat : struct
    where TInt : struct
{
    private readonly T* _source;
    private readonly long _stride;
    private readonly int _dim;
    private readonly TScalar* _row;
    private readonly int* _oddRows;
    private readonly int _oddCount;

    /// <summary>Packs rows.</summary>
    /// <param name="source">The first row.</param>
    /// <param name="stride">The distance between rows.</param>
    /// <param name="rows">Their number, at most <see cref="ForwardPlan.KeyTile"/>.</param>
    /// <param name="dim">Their length.</param>
    /// <param name="row">Room for one row.</param>
    /// <param name="oddRows">Room for the numbers of the rows that are taken out.</param>
    /// <param name="panels">Room for the panels.</param>
    public PackedRows(T* source, long stride, int rows, int dim, TScalar* row, int* oddRows, TScalar* panels)
    {
        _source = source;
        _stride = stride;
        _dim = dim;
        _row = row;
        _oddRows = oddRows;
        Panels = panels;
        int width = TileProduct<TLanes, TScalar, TFloat, TInt>.PanelWidth;
        PaddedDim = Rounding.Up(dim, width);
        if (TilePacking<T, TLanes, TScalar, TFloat, TInt>.Values(source, stride, rows, dim, row, panels))
            return;
        for (int i = 0; i < rows; i++)
        {
            if (TilePacking<T, TLanes, TScalar, TFloat, TInt>.TryTakeOutOddValues(panels, i, PaddedDim))
                _oddRows[_oddCount++] = i;
        }
    }

    /// <summary>[panel, KeyTile, PanelWidth].</summary>
    public TScalar* Panels { get; }

    /// <summary>The length of a row in whole panels.</summary>
    public int PaddedDim { get; }

    /// <summary>The part of a panel that begins at a row.</summary>
    public TScalar* Panel(int column, int row) =>
        Panels + ((nint)column * ForwardPlan.KeyTile) + (row * TileProduct<TLanes, TScalar, TFloat, TInt>.PanelWidth);

    /// <summary>Adds the rows that were taken out to the rows of a product.</summary>
    /// <param name="start">The first row that has a part in the product.</param>
    /// <param name="end">The row behind the last one.</param>
    /// <param name="factors">Row 0's factor in the first row of the product.</param>
    /// <param name="next">The distance from a row's factor to the next row's.</param>
    /// <param name="step">The distance from a factor in one row of the product to that in the next.</param>
    /// <param name="output">The first row of the product, of <see cref="PaddedDim"/> elements.</param>
    /// <param name="count">The rows of the product.</param>
    public void AddOddRows(int start, int end, TScalar* factors, nint next, nint step, TScalar* output, int count)
    {
        for (int i = 0; i < _oddCount; i++)
        {
            int odd = _oddRows[i];
            if (odd < start || odd >= end)
                continue;
            RowElements<T, TScalar>.Read(_source + (odd * _stride), _dim, _row);
            for (int r = 0; r < count; r++)
                AddScaled(factors[(odd * next) + (r * step)], output + ((nint)r * PaddedDim));
        }
    }

    private void AddScaled(TScalar factor, TScalar* output)
    {
        if (factor == TScalar.Zero)
            return;
        for (int d = 0; d < _dim; d++)
            output[d] += factor * _row[d];
    }
}
