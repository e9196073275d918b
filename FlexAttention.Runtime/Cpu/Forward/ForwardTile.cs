using System.Numerics;
using FlexAttention.Cpu.Lanes;
using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Cpu.Forward;

/// <summary>
/// Computes one tile of queries of one head: tile by tile of keys, strip by strip of queries, scores, their softmax and
/// the sum of values, so that the scores never leave the cache.
/// </summary>
internal readonly unsafe ref struct ForwardTile<T, TVariant, TLanes, TScalar, TFloat, TInt>
    where T : unmanaged
    where TVariant : unmanaged, IAttentionVariant<TVariant>
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged, IFloatingPointIeee754<TScalar>
    where TFloat : struct
    where TInt : struct
{
    private const int StripRows = TileProduct<TLanes, TScalar, TFloat, TInt>.StripRows;
    private const int KeyTile = ForwardPlan.KeyTile;

    private readonly ref readonly ForwardArguments _arguments;
    private readonly ref readonly TVariant _variant;
    private readonly TileBuffers<TLanes, TScalar, TFloat, TInt> _buffers;
    private readonly VariantHooks _hooks;
    private readonly int _b;
    private readonly int _h;
    private readonly int _qStart;
    private readonly int _qEnd;
    private readonly T* _k;
    private readonly T* _v;

    public ForwardTile(
        ref readonly ForwardArguments arguments,
        ref readonly TVariant variant,
        VariantHooks hooks,
        in TileBuffers<TLanes, TScalar, TFloat, TInt> buffers,
        int b,
        int h,
        (int Start, int End) queries)
    {
        _arguments = ref arguments;
        _variant = ref variant;
        _hooks = hooks;
        _buffers = buffers;
        (_b, _h) = (b, h);
        (_qStart, _qEnd) = queries;
        int kvHead = h / (arguments.QHeads / arguments.KvHeads);
        _k = Matrix(arguments.K, arguments.KStrides, b, kvHead);
        _v = Matrix(arguments.V, arguments.VStrides, b, kvHead);
    }

    private static int PanelWidth => TileProduct<TLanes, TScalar, TFloat, TInt>.PanelWidth;

    private int Queries => _qEnd - _qStart;

    private int StripRowsFrom(int row) => Math.Min(StripRows, Queries - row);

    /// <summary>Computes the tile and writes its results.</summary>
    public void Run()
    {
        Begin();
        if (_arguments.Blocks.PartialRanges == null)
        {
            Visit(new KeyRun(0, _arguments.KvLength, _hooks.HasMask));
        }
        else
        {
            var runs = new KeyRuns(in _arguments, _b, _h, _qStart);
            while (runs.TryNext(out KeyRun run))
                Visit(run);
        }

        for (int row = 0; row < Queries; row++)
            Finish(row);
    }

    private void Begin()
    {
        T* queries = Matrix(_arguments.Q, _arguments.QStrides, _b, _h) + (_qStart * _arguments.QStrides.Row);
        TilePacking<T, TLanes, TScalar, TFloat, TInt>.Queries(
            queries, _arguments.QStrides.Row, Queries, _buffers.Rows, _arguments.HeadDim, _arguments.Scale, _buffers.Queries);
        new Span<TScalar>(_buffers.Maxima, _buffers.Rows).Fill(TScalar.NegativeInfinity);
        new Span<TScalar>(_buffers.Sums, _buffers.Rows * TLanes.Count).Clear();
        new Span<TScalar>(_buffers.Output, _buffers.Rows * _buffers.OutputStride).Clear();
    }

    private void Visit(KeyRun run)
    {
        for (int start = run.Start; start < run.End; start += KeyTile)
            VisitTile(start, Math.Min(KeyTile, run.End - start), run.IsMasked);
    }

    /// <summary>
    /// The mask is evaluated first: what it leaves of a strip bounds the work, and a tile of which it leaves nothing is
    /// not even packed. So a mask pays without a block mask, too.
    /// </summary>
    private void VisitTile(int start, int count, bool isMasked)
    {
        bool isPacked = false;
        int oddKeys = 0;
        for (int row = 0; row < Queries; row += StripRows)
        {
            KeySpan keys = isMasked ? EvaluateMask(row, start, count) : new KeySpan(0, count);
            if (keys.IsEmpty)
                continue;
            if (!isPacked)
                oddKeys = PackKeysAndValues(start, count);
            isPacked = true;
            ComputeScores(row, keys);
            for (int i = 0; i < StripRowsFrom(row); i++)
                ApplySoftmax(row + i, i * KeyTile, start, keys, isMasked);
            AddValues(row, keys);
            if (oddKeys > 0)
                AddOddValues(row, start, keys, oddKeys);
        }
    }

    /// <summary>Packs a tile and counts the keys whose values were taken out.</summary>
    private int PackKeysAndValues(int start, int count)
    {
        long keyStride = _arguments.KStrides.Row, valueStride = _arguments.VStrides.Row;
        TilePacking<T, TLanes, TScalar, TFloat, TInt>.Keys(
            _k + (start * keyStride), keyStride, count, _arguments.HeadDim, _buffers.Row, _buffers.Keys);
        bool isFinite = TilePacking<T, TLanes, TScalar, TFloat, TInt>.Values(
            _v + (start * valueStride), valueStride, count, _arguments.ValueDim, _buffers.Row, _buffers.Values);
        return isFinite ? 0 : TakeOutOddValues(count);
    }

    private KeySpan EvaluateMask(int row, int start, int count)
    {
        int padded = Rounding.Up(count, TLanes.Count);
        StripMask<TLanes, TScalar, TFloat, TInt>.Clear(_buffers.Mask, count, padded);
        for (int i = 0; i < StripRowsFrom(row); i++)
        {
            _variant.ApplyMask<TLanes, TScalar, TFloat, TInt>(
                ref _buffers.Mask[i * KeyTile], padded, _b, _h, _qStart + row + i, start);
        }

        return StripMask<TLanes, TScalar, TFloat, TInt>.Kept(_buffers.Mask, StripRowsFrom(row), count);
    }

    private void ComputeScores(int row, KeySpan keys)
    {
        int headDim = _arguments.HeadDim;
        for (int column = keys.Start; column < keys.End; column += PanelWidth)
        {
            TileProduct<TLanes, TScalar, TFloat, TInt>.Multiply(
                _buffers.Queries + (row * headDim),
                headDim,
                _buffers.Keys + (column * headDim),
                headDim,
                _buffers.Scores + column,
                KeyTile,
                accumulate: false);
        }
    }

    private void ApplySoftmax(int row, int stripOffset, int start, KeySpan keys, bool isMasked)
    {
        int padded = Rounding.Up(keys.Count, TLanes.Count);
        TScalar* scores = _buffers.Scores + stripOffset + keys.Start;
        if (_hooks.HasScore)
            _variant.ApplyScore<TLanes, TScalar, TFloat, TInt>(ref *scores, padded, _b, _h, _qStart + row, start + keys.Start);
        if (isMasked)
            StripMask<TLanes, TScalar, TFloat, TInt>.Apply(_buffers.Mask + stripOffset + keys.Start, scores, padded);
        for (int i = keys.Count; i < padded; i++)
            scores[i] = TScalar.NegativeInfinity;
        OnlineSoftmax<TLanes, TScalar, TFloat, TInt>.Advance(
            scores,
            padded,
            ref _buffers.Maxima[row],
            _buffers.Sums + (row * TLanes.Count),
            _buffers.Output + (row * _buffers.OutputStride),
            _buffers.OutputStride);
    }

    private void AddValues(int row, KeySpan keys)
    {
        for (int column = 0; column < _buffers.OutputStride; column += PanelWidth)
        {
            TileProduct<TLanes, TScalar, TFloat, TInt>.Multiply(
                _buffers.Scores + keys.Start,
                KeyTile,
                _buffers.Values + (column * KeyTile) + (keys.Start * PanelWidth),
                keys.Count,
                _buffers.Output + (row * _buffers.OutputStride) + column,
                _buffers.OutputStride,
                accumulate: true);
        }
    }

    /// <summary>
    /// Zeros the values of keys that hold infinity or NaN: the product would multiply them with the probability 0 of
    /// rows that may not see them, and spoil those rows.
    /// </summary>
    private int TakeOutOddValues(int count)
    {
        int oddKeys = 0;
        for (int key = 0; key < count; key++)
        {
            if (TilePacking<T, TLanes, TScalar, TFloat, TInt>.TryTakeOutOddValues(_buffers.Values, key, _buffers.OutputStride))
                _buffers.OddKeys[oddKeys++] = key;
        }

        return oddKeys;
    }

    /// <summary>Adds the values that were taken out, to the rows that do see them.</summary>
    private void AddOddValues(int row, int start, KeySpan keys, int oddKeys)
    {
        int dim = _arguments.ValueDim;
        for (int i = 0; i < oddKeys; i++)
        {
            int key = _buffers.OddKeys[i];
            if (key < keys.Start || key >= keys.End)
                continue;
            RowElements<T, TScalar>.Read(_v + ((start + key) * _arguments.VStrides.Row), dim, _buffers.Row);
            for (int r = 0; r < StripRowsFrom(row); r++)
            {
                TScalar probability = _buffers.Scores[(r * KeyTile) + key];
                if (probability != TScalar.Zero)
                    AddScaled(_buffers.Row, probability, _buffers.Output + ((row + r) * _buffers.OutputStride), dim);
            }
        }
    }

    private static void AddScaled(TScalar* values, TScalar factor, TScalar* output, int count)
    {
        for (int i = 0; i < count; i++)
            output[i] += factor * values[i];
    }

    private void Finish(int row)
    {
        TScalar maximum = _buffers.Maxima[row];
        TScalar sink = _arguments.Sinks == null ? TScalar.NegativeInfinity : TScalar.CreateTruncating(_arguments.Sinks[_h]);
        (TScalar factor, TScalar top, TScalar sum) = OnlineSoftmax<TLanes, TScalar, TFloat, TInt>.Finish(
            maximum, _buffers.Sums + (row * TLanes.Count), sink);
        int q = _qStart + row;
        TScalar* output = _buffers.Output + (row * _buffers.OutputStride);
        LaneLoops<TLanes, TScalar, TFloat, TInt>.Scale(output, _buffers.OutputStride, factor);
        RowElements<T, TScalar>.Write(
            output,
            _arguments.ValueDim,
            Matrix(_arguments.Output, _arguments.OutputStrides, _b, _h) + (q * _arguments.OutputStrides.Row));

        long position = ((((long)_b * _arguments.QHeads) + _h) * _arguments.QLength) + q;
        if (_arguments.Lse != null)
            _arguments.Lse[position] = float.CreateTruncating(top + TScalar.Log(sum));
        if (_arguments.RowMax != null)
            _arguments.RowMax[position] = float.CreateTruncating(maximum);
    }

    private static T* Matrix(void* tensor, RowStrides strides, int b, int h) =>
        (T*)tensor + (b * strides.Batch) + (h * strides.Head);
}
