using System.Numerics;
using FlexAttention.Cpu.Forward;
using FlexAttention.Cpu.Lanes;
using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Cpu.Backward;

/// <summary>
/// Computes what one tile of keys of one key/value head has to do with the gradients: tile by tile of the queries of all
/// heads that share it, scores and weights are computed anew and turned into gradients of scores, which never leave the
/// cache. The gradients of keys and values are done when the last query is; those of queries are added to.
/// </summary>
internal readonly unsafe ref struct BackwardTile<T, TVariant, TLanes, TScalar, TFloat, TInt>
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
    private readonly ReadOnlySpan<GradientView> _targets;
    private readonly BackwardTask _task;
    private readonly int _start;
    private readonly int _count;
    private readonly PackedRows<T, TLanes, TScalar, TFloat, TInt> _keys;

    public BackwardTile(
        ref readonly BackwardContext<TVariant, TScalar> context,
        in BackwardBuffers<TLanes, TScalar, TFloat, TInt> buffers,
        ReadOnlySpan<GradientView> targets,
        BackwardTask task,
        (int Start, int End) keys)
    {
        _context = ref context;
        _arguments = ref context.Arguments.Forward;
        _buffers = buffers;
        _targets = targets;
        _task = task;
        (_start, _count) = (keys.Start, keys.End - keys.Start);
        _keys = Pack();
    }

    private static int PanelWidth => TileProduct<TLanes, TScalar, TFloat, TInt>.PanelWidth;

    private int Group => _arguments.QHeads / _arguments.KvHeads;

    /// <summary>Computes the tile and writes the gradients of its keys and values.</summary>
    public void Run()
    {
        new Span<TScalar>(_buffers.DKeys, KeyTile * _buffers.HeadStride).Clear();
        new Span<TScalar>(_buffers.DValues, KeyTile * _buffers.ValueStride).Clear();
        for (int h = _task.KvHead * Group; h < (_task.KvHead + 1) * Group; h++)
            VisitHead(h);
        WriteGradients();
    }

    private PackedRows<T, TLanes, TScalar, TFloat, TInt> Pack()
    {
        RowStrides keys = _arguments.KStrides, values = _arguments.VStrides;
        T* k = Matrix(_arguments.K, keys, _task.Batch, _task.KvHead) + (_start * keys.Row);
        T* v = Matrix(_arguments.V, values, _task.Batch, _task.KvHead) + (_start * values.Row);
        TilePacking<T, TLanes, TScalar, TFloat, TInt>.Keys(
            k, keys.Row, _count, _arguments.HeadDim, _buffers.Rows, _buffers.TransposedKeys);
        if (_context.NeedsScores)
        {
            TilePacking<T, TLanes, TScalar, TFloat, TInt>.Keys(
                v, values.Row, _count, _arguments.ValueDim, _buffers.Rows, _buffers.TransposedValues);
        }

        return _context.Needs(GradientKinds.Query)
            ? new(k, keys.Row, _count, _arguments.HeadDim, _buffers.Rows, _buffers.OddKeys, _buffers.Keys)
            : default;
    }

    private void VisitHead(int h)
    {
        if (_context.Transposed.Blocks.PartialRanges == null)
        {
            VisitRun(h, new KeyRun(0, _arguments.QLength, _context.Hooks.HasMask));
            return;
        }

        var runs = new KeyRuns(in _context.Transposed, _task.Batch, h, _start);
        while (runs.TryNext(out KeyRun run))
            VisitRun(h, run);
    }

    private void VisitRun(int h, KeyRun queries)
    {
        for (int start = queries.Start; start < queries.End; start += BackwardPlan.QueryTile)
            VisitQueries(h, start, Math.Min(BackwardPlan.QueryTile, queries.End - start), queries.IsMasked);
    }

    /// <summary>As in the forward pass the mask comes first, and what it leaves bounds the work.</summary>
    private void VisitQueries(int h, int start, int count, bool isMasked)
    {
        var queries = new BackwardQueries<T, TVariant, TLanes, TScalar, TFloat, TInt>(
            in _context, in _buffers, _task.Batch, h, start, count);
        int firstRow = count, lastRow = 0;
        KeySpan all = new(0, _count), visited = new(_count, 0);
        bool isPacked = false;
        for (int row = 0; row < count; row += StripRows)
        {
            KeySpan keys = isMasked ? queries.EvaluateMask(row, _start, _count) : all;
            if (keys.IsEmpty)
            {
                queries.Clear(row);
                continue;
            }

            if (!isPacked)
                queries.Pack();
            isPacked = true;
            queries.ComputeStrip(row, _start, keys, isMasked, _targets);
            if (_context.Needs(GradientKinds.Query))
                queries.AddQueryGradients(row, keys, in _keys, _context.QueryGradients.Rows(_task.Chunk, HeadOf(h)));
            (firstRow, lastRow) = (Math.Min(firstRow, row), Math.Min(row + StripRows, count));
            visited = new KeySpan(Math.Min(visited.Start, keys.Start), Math.Max(visited.End, keys.End));
        }

        if (isPacked)
            queries.AddKeyGradients(firstRow, lastRow, visited);
    }

    private void WriteGradients()
    {
        nint row = ((((nint)_task.Batch * _arguments.KvHeads) + _task.KvHead) * _arguments.KvLength) + _start;
        if (_context.Needs(GradientKinds.Key))
        {
            LaneLoops<TLanes, TScalar, TFloat, TInt>.Scale(
                _buffers.DKeys, KeyTile * _buffers.HeadStride, TScalar.CreateTruncating(_arguments.Scale));
            Write(_buffers.DKeys, _buffers.HeadStride, (T*)_context.Arguments.DK + (row * _arguments.HeadDim), _arguments.HeadDim);
        }

        if (_context.Needs(GradientKinds.Value))
            Write(_buffers.DValues, _buffers.ValueStride, (T*)_context.Arguments.DV + (row * _arguments.ValueDim), _arguments.ValueDim);
    }

    private void Write(TScalar* source, int stride, T* target, int dim)
    {
        for (int i = 0; i < _count; i++)
            RowElements<T, TScalar>.Write(source + ((nint)i * stride), dim, target + ((nint)i * dim));
    }

    private int HeadOf(int h) => (_task.Batch * _arguments.QHeads) + h;

    private static T* Matrix(void* tensor, RowStrides strides, int b, int h) =>
        (T*)tensor + (b * strides.Batch) + (h * strides.Head);
}
