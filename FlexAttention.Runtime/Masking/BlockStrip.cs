using FlexAttention.Cpu;
using FlexAttention.Descriptors;

namespace FlexAttention.Masking;

/// <summary>
/// Finds the kinds of the blocks of some neighbouring rows. Rectangles of blocks are left to the proof of the mask's formula,
/// which is asked first about all of the rows, then about the halves of what it did not decide; only single blocks that it
/// does not decide are evaluated.
/// </summary>
internal readonly ref struct BlockStrip<TVariant, TLanes, TFloat, TInt>
    where TVariant : unmanaged, IAttentionVariant<TVariant>
    where TLanes : struct, ILanes<float, TFloat, TInt>
    where TFloat : struct
    where TInt : struct
{
    private readonly ref readonly TVariant _variant;
    private readonly ref readonly BoundsTables _tables;
    private readonly BlockGrid _grid;
    private readonly int _batch;
    private readonly int _head;
    private readonly BlockRun _rows;
    private readonly BlockRow[] _found;

    /// <summary>A strip from one row of one batch and head to another.</summary>
    /// <param name="variant">The mask.</param>
    /// <param name="tables">The tables of its look-ups.</param>
    /// <param name="grid">How pairs are divided into blocks.</param>
    /// <param name="batchHead">The batch and head, counted as the grid's rows count them.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="found">Receives the blocks that are left; has room for all rows.</param>
    public BlockStrip(in TVariant variant, in BoundsTables tables, BlockGrid grid, int batchHead, BlockRun rows, BlockRow[] found)
    {
        _variant = ref variant;
        _tables = ref tables;
        _grid = grid;
        (_batch, _head) = Math.DivRem(batchHead, grid.Heads);
        _rows = rows;
        _found = found;
    }

    /// <summary>Finds the blocks.</summary>
    public void Classify()
    {
        for (int row = 0; row < _rows.Length; row++)
            _found[row].Clear();
        if (_grid.KeyBlocks > 0)
            Classify(_rows, new BlockRun(0, _grid.KeyBlocks));
    }

    /// <summary>Left before right, so that each row's blocks are found in order.</summary>
    private void Classify(BlockRun rows, BlockRun keys)
    {
        (int Start, int End) queryRange = (_grid.Queries(rows.First).Start, _grid.Queries(rows.End - 1).End);
        (int Start, int End) keyRange = (_grid.Keys(keys.First).Start, _grid.Keys(keys.End - 1).End);
        BlockKind kind = _variant.Classify(
            in _tables, _batch, _head, queryRange.Start, queryRange.End - 1, keyRange.Start, keyRange.End - 1);
        bool isOne = rows.Length == 1 && keys.Length == 1;
        if (kind == BlockKind.Partial && isOne)
            kind = Evaluate(queryRange, keyRange);
        if (kind != BlockKind.Partial || isOne)
        {
            Add(rows, keys, kind);
        }
        else if (keys.Length >= rows.Length)
        {
            int middle = keys.First + (keys.Length / 2);
            Classify(rows, keys with { End = middle });
            Classify(rows, keys with { First = middle });
        }
        else
        {
            int middle = rows.First + (rows.Length / 2);
            Classify(rows with { End = middle }, keys);
            Classify(rows with { First = middle }, keys);
        }
    }

    private void Add(BlockRun rows, BlockRun keys, BlockKind kind)
    {
        if (kind == BlockKind.Empty)
            return;
        for (int row = rows.First; row < rows.End; row++)
            _found[row - _rows.First].Add(kind, keys);
    }

    /// <summary>
    /// Looks at the pairs of one block, query by query, until it is known to be partial. The last query comes before all but
    /// the first: these two differ wherever a border crosses the block.
    /// </summary>
    private BlockKind Evaluate((int Start, int End) queries, (int Start, int End) keys)
    {
        queries = Samples(queries, IndexDependence.Query);
        keys = Samples(keys, IndexDependence.Key);
        int count = keys.End - keys.Start, rows = queries.End - queries.Start;
        bool kept = false, rejected = false;
        for (int i = 0; i < rows; i++)
        {
            int q = queries.Start + (i == 0 ? 0 : i == 1 ? rows - 1 : i - 1);
            int keptInRow = _variant.CountKept<TLanes, float, TFloat, TInt>(count, _batch, _head, q, keys.Start);
            kept |= keptInRow > 0;
            rejected |= keptInRow < count;
            if (kept && rejected)
                return BlockKind.Partial;
        }

        return kept ? BlockKind.Full : BlockKind.Empty;
    }

    /// <summary>Of a range that the mask does not depend on, the first index stands for all.</summary>
    private static (int Start, int End) Samples((int Start, int End) range, IndexDependence index) =>
        (TVariant.Descriptor.MaskDependence & index) != 0 ? range : (range.Start, range.Start + 1);
}
