using FlexAttention.Cpu.Lanes;
using FlexAttention.Execution;

namespace FlexAttention.Cpu.Forward;

/// <summary>What a thread works on: one tile of queries, one tile of keys and values, one strip of scores.</summary>
internal readonly unsafe struct TileBuffers<TLanes, TScalar, TFloat, TInt>
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged
    where TFloat : struct
    where TInt : struct
{
    /// <summary>[rows, D]: the queries, scaled.</summary>
    public readonly TScalar* Queries;

    /// <summary>Panels of transposed keys.</summary>
    public readonly TScalar* Keys;

    /// <summary>Panels of values.</summary>
    public readonly TScalar* Values;

    /// <summary>[strip, KeyTile]: scores, then probabilities.</summary>
    public readonly TScalar* Scores;

    /// <summary>[strip, KeyTile]: zero where the mask keeps a pair, negative infinity where it rejects it.</summary>
    public readonly TScalar* Mask;

    /// <summary>[rows, Dv in whole panels]: the sums of values.</summary>
    public readonly TScalar* Output;

    /// <summary>[rows]: the maxima.</summary>
    public readonly TScalar* Maxima;

    /// <summary>[rows, lanes]: the sums of exponentials.</summary>
    public readonly TScalar* Sums;

    /// <summary>One row of a tensor, widened.</summary>
    public readonly TScalar* Row;

    /// <summary>The keys of the tile whose values are not all finite.</summary>
    public readonly int* OddKeys;

    /// <summary>The rows in whole strips.</summary>
    public readonly int Rows;

    /// <summary>The length of a row of <see cref="Output"/>.</summary>
    public readonly int OutputStride;

    /// <summary>Lays the buffers out from <paramref name="memory"/> on.</summary>
    /// <param name="arguments">The problem.</param>
    /// <param name="plan">Its tiles.</param>
    /// <param name="memory">Becomes the first byte behind the buffers.</param>
    public TileBuffers(in ForwardArguments arguments, in ForwardPlan plan, ref byte* memory)
    {
        Rows = Rounding.Up(plan.QueryTile, StripRows);
        OutputStride = Rounding.Up(arguments.ValueDim, TileProduct<TLanes, TScalar, TFloat, TInt>.PanelWidth);
        Queries = Take<TScalar>(ref memory, Rows * arguments.HeadDim);
        Keys = Take<TScalar>(ref memory, ForwardPlan.KeyTile * arguments.HeadDim);
        Values = Take<TScalar>(ref memory, ForwardPlan.KeyTile * OutputStride);
        Scores = Take<TScalar>(ref memory, StripRows * ForwardPlan.KeyTile);
        Mask = Take<TScalar>(ref memory, StripRows * ForwardPlan.KeyTile);
        Output = Take<TScalar>(ref memory, Rows * OutputStride);
        Maxima = Take<TScalar>(ref memory, Rows);
        Sums = Take<TScalar>(ref memory, Rows * TLanes.Count);
        Row = Take<TScalar>(ref memory, Math.Max(arguments.HeadDim, OutputStride));
        OddKeys = Take<int>(ref memory, ForwardPlan.KeyTile);
    }

    private static int StripRows => TileProduct<TLanes, TScalar, TFloat, TInt>.StripRows;

    /// <summary>The bytes that the buffers take.</summary>
    public static nuint SizeOf(in ForwardArguments arguments, in ForwardPlan plan)
    {
        byte* end = null;
        _ = new TileBuffers<TLanes, TScalar, TFloat, TInt>(in arguments, in plan, ref end);
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
