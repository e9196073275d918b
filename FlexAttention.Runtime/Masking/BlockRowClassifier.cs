using FlexAttention.Cpu;
using FlexAttention.Descriptors;

namespace FlexAttention.Masking;

/// <summary>
/// Finds the kinds of one row of blocks. Whole runs of blocks are left to the proof of the mask's formula, which is asked
/// first about all of the row, then about the halves of what it did not decide; only single blocks that it does not decide
/// are evaluated.
/// </summary>
internal readonly ref struct BlockRowClassifier<TVariant, TLanes, TFloat, TInt>
    where TVariant : unmanaged, IAttentionVariant<TVariant>
    where TLanes : struct, ILanes<float, TFloat, TInt>
    where TFloat : struct
    where TInt : struct
{
    private readonly ref readonly TVariant _variant;
    private readonly BlockGrid _grid;
    private readonly int _batch;
    private readonly int _head;
    private readonly (int Start, int End) _queries;

    public BlockRowClassifier(in TVariant variant, BlockGrid grid, int row)
    {
        _variant = ref variant;
        _grid = grid;
        (_batch, _head, int block) = grid.Decode(row);
        _queries = grid.Queries(block);
    }

    /// <summary>Writes the kind of each block of the row.</summary>
    public void Classify(Span<BlockKind> kinds)
    {
        if (kinds.Length > 0)
            Classify(kinds, firstBlock: 0);
    }

    private void Classify(Span<BlockKind> kinds, int firstBlock)
    {
        int firstKey = _grid.Keys(firstBlock).Start, endKey = _grid.Keys(firstBlock + kinds.Length - 1).End;
        BlockKind proven = _variant.Classify(_batch, _head, _queries.Start, _queries.End - 1, firstKey, endKey - 1);
        if (proven != BlockKind.Partial)
        {
            kinds.Fill(proven);
            return;
        }

        if (kinds.Length == 1)
        {
            kinds[0] = Evaluate((firstKey, endKey));
            return;
        }

        int half = kinds.Length / 2;
        Classify(kinds[..half], firstBlock);
        Classify(kinds[half..], firstBlock + half);
    }

    /// <summary>Looks at the pairs of one block, query by query, until it is known to be partial.</summary>
    private BlockKind Evaluate((int Start, int End) keys)
    {
        (int Start, int End) queries = Samples(_queries, IndexDependence.Query);
        keys = Samples(keys, IndexDependence.Key);
        int count = keys.End - keys.Start;
        bool kept = false, rejected = false;
        for (int q = queries.Start; q < queries.End; q++)
        {
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
