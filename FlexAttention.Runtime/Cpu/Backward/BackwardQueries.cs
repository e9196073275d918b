using System.Numerics;
using FlexAttention.Cpu.Forward;
using FlexAttention.Cpu.Lanes;
using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Cpu.Backward;

/// <summary>One tile of queries of one head, against the tile of keys that the buffers hold.</summary>
internal unsafe ref struct BackwardQueries<T, TVariant, TLanes, TScalar, TFloat, TInt>
    where T : unmanaged
    where TVariant : unmanaged, IAttentionVariant<TVariant>
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged, IFloatingPointIeee754<TScalar>
    where TFloat : struct
    where TInt : struct
{
    private const int StripRows = TileProduct<TLanes, TScalar, TFloat, TInt>.StripRows;
    private const int KeyTile = ForwardPlan.KeyTile;

    private readonly ref readonly BackwardContext<TVariant, TScalar> _context;
    private readonly ref readonly ForwardArguments _arguments;
    private readonly BackwardBuffers<TLanes, TScalar, TFloat, TInt> _buffers;
    private readonly int _b;
    private readonly int _h;
    private readonly int _start;
    private readonly int _count;
    private PackedRows<T, TLanes, TScalar, TFloat, TInt> _queries;
    private PackedRows<T, TLanes, TScalar, TFloat, TInt> _dOutput;

    public BackwardQueries(
        ref readonly BackwardContext<TVariant, TScalar> context,
        in BackwardBuffers<TLanes, TScalar, TFloat, TInt> buffers,
        int b,
        int h,
        int start,
        int count)
    {
        _context = ref context;
        _arguments = ref context.Arguments.Forward;
        _buffers = buffers;
        (_b, _h, _start, _count) = (b, h, start, count);
    }

    private static int PanelWidth => TileProduct<TLanes, TScalar, TFloat, TInt>.PanelWidth;

    /// <summary>The keys of a strip that the mask leaves.</summary>
    public readonly KeySpan EvaluateMask(int row, int keyStart, int keyCount)
    {
        int padded = Rounding.Up(keyCount, TLanes.Count);
        StripMask<TLanes, TScalar, TFloat, TInt>.Clear(_buffers.Mask, keyCount, padded);
        for (int i = 0; i < RowsFrom(row); i++)
        {
            _context.Variant.ApplyMask<TLanes, TScalar, TFloat, TInt>(
                ref _buffers.Mask[i * KeyTile], padded, _b, _h, _start + row + i, keyStart);
        }

        return StripMask<TLanes, TScalar, TFloat, TInt>.Kept(_buffers.Mask, RowsFrom(row), keyCount);
    }

    /// <summary>Zeros the weights and gradients of a strip, for the products over all rows.</summary>
    public readonly void Clear(int row)
    {
        for (int i = 0; i < StripRows; i++)
            Clear(row + i, 0, KeyTile);
    }

    /// <summary>Packs queries and gradients of the output.</summary>
    public void Pack()
    {
        RowStrides queryStrides = _arguments.QStrides, outputStrides = _context.Arguments.DOutputStrides;
        T* queries = Matrix(_arguments.Q, queryStrides), dOutput = Matrix(_context.Arguments.DOutput, outputStrides);
        int padded = Rounding.Up(_count, StripRows);
        TilePacking<T, TLanes, TScalar, TFloat, TInt>.Queries(
            queries, queryStrides.Row, _count, padded, _arguments.HeadDim, _arguments.Scale, _buffers.Queries);
        if (_context.NeedsScores)
        {
            TilePacking<T, TLanes, TScalar, TFloat, TInt>.Queries(
                dOutput, outputStrides.Row, _count, padded, _arguments.ValueDim, 1, _buffers.DOutput);
        }

        if (_context.Needs(GradientKinds.Key))
            _queries = new(queries, queryStrides.Row, _count, _arguments.HeadDim, _buffers.Rows, _buffers.OddQueries, _buffers.QueryPanels);
        if (_context.Needs(GradientKinds.Value))
            _dOutput = new(dOutput, outputStrides.Row, _count, _arguments.ValueDim, _buffers.Rows, _buffers.OddGradients, _buffers.DOutputPanels);
    }

    /// <summary>Computes the weights of a strip and the gradients of its scores.</summary>
    public readonly void ComputeStrip(
        int row, int keyStart, KeySpan keys, bool isMasked, ReadOnlySpan<GradientView> targets)
    {
        Multiply(_buffers.Queries, _arguments.HeadDim, _buffers.TransposedKeys, row, keys, _buffers.Weights);
        if (_context.NeedsScores)
            Multiply(_buffers.DOutput, _arguments.ValueDim, _buffers.TransposedValues, row, keys, _buffers.Gradients);
        for (int i = 0; i < RowsFrom(row); i++)
            ComputeRow(row + i, i * KeyTile, keyStart, keys, isMasked, targets);
        for (int i = RowsFrom(row); i < StripRows; i++)
            Clear(row + i, 0, KeyTile);
    }

    /// <summary>Adds to the gradients of the strip's queries.</summary>
    public readonly void AddQueryGradients(
        int row, KeySpan keys, in PackedRows<T, TLanes, TScalar, TFloat, TInt> packed, TScalar* rows)
    {
        TScalar* gradients = _buffers.Gradients + (row * KeyTile);
        TScalar* output = rows + ((nint)(_start + row) * packed.PaddedDim);
        for (int column = 0; column < packed.PaddedDim; column += PanelWidth)
        {
            TileProduct<TLanes, TScalar, TFloat, TInt>.Multiply(
                gradients + keys.Start, KeyTile, packed.Panel(column, keys.Start), keys.Count, output + column, packed.PaddedDim, accumulate: true);
        }

        packed.AddOddRows(keys.Start, keys.End, gradients, next: 1, step: KeyTile, output, RowsFrom(row));
    }

    /// <summary>Adds to the gradients of the keys and values that some of the rows see.</summary>
    public readonly void AddKeyGradients(int firstRow, int lastRow, KeySpan keys)
    {
        if (_context.Needs(GradientKinds.Value))
            AddTransposed(_buffers.Weights, firstRow, lastRow, keys, in _dOutput, _buffers.DValues);
        if (_context.Needs(GradientKinds.Key))
            AddTransposed(_buffers.Gradients, firstRow, lastRow, keys, in _queries, _buffers.DKeys);
    }

    private readonly int RowsFrom(int row) => Math.Min(StripRows, _count - row);

    private static void AddTransposed(
        TScalar* factors,
        int firstRow,
        int lastRow,
        KeySpan keys,
        in PackedRows<T, TLanes, TScalar, TFloat, TInt> packed,
        TScalar* output)
    {
        const int columns = TransposedProduct<TLanes, TScalar, TFloat, TInt>.Columns;
        for (int key = keys.Start; key < keys.End; key += columns)
        {
            TScalar* first = factors + (firstRow * KeyTile) + key;
            for (int column = 0; column < packed.PaddedDim; column += PanelWidth)
            {
                TransposedProduct<TLanes, TScalar, TFloat, TInt>.MultiplyAdd(
                    first,
                    KeyTile,
                    packed.Panel(column, firstRow),
                    lastRow - firstRow,
                    output + (key * packed.PaddedDim) + column,
                    packed.PaddedDim);
            }
        }

        packed.AddOddRows(
            firstRow, lastRow, factors + keys.Start, next: KeyTile, step: 1, output + (keys.Start * packed.PaddedDim), keys.Count);
    }

    private static void Multiply(TScalar* rows, int depth, TScalar* panels, int row, KeySpan keys, TScalar* result)
    {
        for (int column = keys.Start; column < keys.End; column += PanelWidth)
        {
            TileProduct<TLanes, TScalar, TFloat, TInt>.Multiply(
                rows + (row * depth), depth, panels + (column * depth), depth, result + (row * KeyTile) + column, KeyTile, accumulate: false);
        }
    }

    private readonly void ComputeRow(
        int row, int stripOffset, int keyStart, KeySpan keys, bool isMasked, ReadOnlySpan<GradientView> targets)
    {
        int padded = Rounding.Up(keys.Count, TLanes.Count), q = _start + row, kv = keyStart + keys.Start;
        long position = ((((long)_b * _arguments.QHeads) + _h) * _arguments.QLength) + q;
        TScalar* weights = _buffers.Weights + (row * KeyTile) + keys.Start;
        TScalar* gradients = _buffers.Gradients + (row * KeyTile) + keys.Start;
        ApplyScore(weights, padded, q, kv);
        if (isMasked)
            StripMask<TLanes, TScalar, TFloat, TInt>.Apply(_buffers.Mask + stripOffset + keys.Start, weights, padded);
        for (int i = keys.Count; i < padded; i++)
            weights[i] = TScalar.NegativeInfinity;
        SoftmaxGradient<TLanes, TScalar, TFloat, TInt>.ToWeights(weights, padded, _context.Rows.Lse[position]);
        if (_context.NeedsScores)
        {
            SoftmaxGradient<TLanes, TScalar, TFloat, TInt>.ToScoreGradients(weights, gradients, padded, _context.Rows.Delta[position]);
            LeaveScore(gradients, padded, q, kv, targets);
        }

        Clear(row, 0, keys.Start);
        Clear(row, keys.End, KeyTile);
    }

    private readonly void ApplyScore(TScalar* scores, int count, int q, int kv)
    {
        if (!_context.Hooks.HasScore)
            return;
        if (_context.Needs(GradientKinds.Captures))
            new Span<TScalar>(scores, count).CopyTo(new Span<TScalar>(_buffers.RawScores, count));
        if (_context.HasDerivative && _context.NeedsProducts)
        {
            _context.Variant.ApplyScoreGradient<TLanes, TScalar, TFloat, TInt>(
                ref *scores, ref *_buffers.Derivatives, count, _b, _h, q, kv);
        }
        else
        {
            _context.Variant.ApplyScore<TLanes, TScalar, TFloat, TInt>(ref *scores, count, _b, _h, q, kv);
        }
    }

    /// <summary>From the gradients of the scores that leave the score method to those of captures and of the scores that enter it.</summary>
    private readonly void LeaveScore(TScalar* gradients, int count, int q, int kv, ReadOnlySpan<GradientView> targets)
    {
        if (_context.Needs(GradientKinds.Captures))
        {
            _context.Variant.AddCaptureGradients<TLanes, TScalar, TFloat, TInt>(
                ref *_buffers.RawScores, ref *gradients, count, _b, _h, q, kv, targets);
        }

        if (_context.HasDerivative && _context.NeedsProducts)
            SoftmaxGradient<TLanes, TScalar, TFloat, TInt>.Multiply(gradients, _buffers.Derivatives, count);
    }

    private readonly void Clear(int row, int start, int end)
    {
        new Span<TScalar>(_buffers.Weights + (row * KeyTile) + start, end - start).Clear();
        if (_context.NeedsScores)
            new Span<TScalar>(_buffers.Gradients + (row * KeyTile) + start, end - start).Clear();
    }

    private readonly T* Matrix(void* tensor, RowStrides strides) =>
        (T*)tensor + (_b * strides.Batch) + (_h * strides.Head) + (_start * strides.Row);
}
