using FlexAttention.Cpu.Forward;
using FlexAttention.Cpu.Lanes;
using FlexAttention.Execution;

namespace FlexAttention.Cpu.Backward;

/// <summary>What a thread works on: one tile of keys and values, one tile of queries, and the pairs of both.</summary>
internal readonly unsafe struct BackwardBuffers<TLanes, TScalar, TFloat, TInt>
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged
    where TFloat : struct
    where TInt : struct
{
    private const int KeyTile = ForwardPlan.KeyTile;

    /// <summary>Panels of transposed keys, for the scores.</summary>
    public readonly TScalar* TransposedKeys;

    /// <summary>Panels of transposed values, for the gradients of weights.</summary>
    public readonly TScalar* TransposedValues;

    /// <summary>Panels of keys, for the gradients of queries.</summary>
    public readonly TScalar* Keys;

    /// <summary>[rows, D]: the queries, scaled, for the scores.</summary>
    public readonly TScalar* Queries;

    /// <summary>Panels of queries, for the gradients of keys.</summary>
    public readonly TScalar* QueryPanels;

    /// <summary>[rows, Dv]: the gradients of the output, for those of weights.</summary>
    public readonly TScalar* DOutput;

    /// <summary>Panels of the same, for the gradients of values.</summary>
    public readonly TScalar* DOutputPanels;

    /// <summary>[QueryTile, KeyTile]: scores, then weights.</summary>
    public readonly TScalar* Weights;

    /// <summary>[QueryTile, KeyTile]: gradients of weights, then of scores.</summary>
    public readonly TScalar* Gradients;

    /// <summary>[strip, KeyTile]: zero where the mask keeps a pair, negative infinity where it rejects it.</summary>
    public readonly TScalar* Mask;

    /// <summary>[KeyTile]: the scores of one row as they enter the score method.</summary>
    public readonly TScalar* RawScores;

    /// <summary>[KeyTile]: the derivatives of the score method along one row.</summary>
    public readonly TScalar* Derivatives;

    /// <summary>[KeyTile, D in whole panels]: the gradients of the keys.</summary>
    public readonly TScalar* DKeys;

    /// <summary>[KeyTile, Dv in whole panels]: the gradients of the values.</summary>
    public readonly TScalar* DValues;

    /// <summary>Two rows of a tensor, widened.</summary>
    public readonly TScalar* Rows;

    /// <summary>The keys, queries and gradients of the output that are not finite.</summary>
    public readonly int* OddKeys;
    public readonly int* OddQueries;
    public readonly int* OddGradients;

    /// <summary>D and Dv in whole panels.</summary>
    public readonly int HeadStride;
    public readonly int ValueStride;

    /// <summary>Lays the buffers out from <paramref name="memory"/> on.</summary>
    public BackwardBuffers(in ForwardArguments arguments, ref byte* memory)
    {
        const int queries = BackwardPlan.QueryTile;
        HeadStride = Rounding.Up(arguments.HeadDim, PanelWidth);
        ValueStride = Rounding.Up(arguments.ValueDim, PanelWidth);
        TransposedKeys = Take<TScalar>(ref memory, KeyTile * arguments.HeadDim);
        TransposedValues = Take<TScalar>(ref memory, KeyTile * arguments.ValueDim);
        Keys = Take<TScalar>(ref memory, KeyTile * HeadStride);
        Queries = Take<TScalar>(ref memory, queries * arguments.HeadDim);
        QueryPanels = Take<TScalar>(ref memory, KeyTile * HeadStride);
        DOutput = Take<TScalar>(ref memory, queries * arguments.ValueDim);
        DOutputPanels = Take<TScalar>(ref memory, KeyTile * ValueStride);
        Weights = Take<TScalar>(ref memory, queries * KeyTile);
        Gradients = Take<TScalar>(ref memory, queries * KeyTile);
        Mask = Take<TScalar>(ref memory, TileProduct<TLanes, TScalar, TFloat, TInt>.StripRows * KeyTile);
        RawScores = Take<TScalar>(ref memory, KeyTile);
        Derivatives = Take<TScalar>(ref memory, KeyTile);
        DKeys = Take<TScalar>(ref memory, KeyTile * HeadStride);
        DValues = Take<TScalar>(ref memory, KeyTile * ValueStride);
        Rows = Take<TScalar>(ref memory, 2 * Math.Max(HeadStride, ValueStride));
        OddKeys = Take<int>(ref memory, KeyTile);
        OddQueries = Take<int>(ref memory, queries);
        OddGradients = Take<int>(ref memory, queries);
    }

    private static int PanelWidth => TileProduct<TLanes, TScalar, TFloat, TInt>.PanelWidth;

    /// <summary>The bytes that the buffers take.</summary>
    public static nuint SizeOf(in ForwardArguments arguments)
    {
        byte* end = null;
        _ = new BackwardBuffers<TLanes, TScalar, TFloat, TInt>(in arguments, ref end);
        return (nuint)end;
    }

    private static TItem* Take<TItem>(ref byte* memory, int count)
        where TItem : unmanaged
    {
        var items = (TItem*)memory;
        memory += Rounding.Up(count * sizeof(TItem), Scratch.Alignment);
        return items;
    }
}
