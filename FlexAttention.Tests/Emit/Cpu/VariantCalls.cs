using System.Runtime.Intrinsics;
using FlexAttention.Cpu;
using FlexAttention.Cpu.Lanes;
using FlexAttention.Descriptors;
using FlexAttention.Masking;
using FlexAttention.Tests.Masking;

namespace FlexAttention.Tests.Emit.Cpu;

/// <summary>The vectors that a CPU kernel can be specialised for.</summary>
internal enum LaneKind
{
    Float128,
    Float256,
    Float512,
    Double256,
    Double512,
}

/// <summary>Calls a variant's CPU kernel in any kind of lanes.</summary>
internal interface IVariantCalls
{
    double[] ApplyScore(LaneKind lanes, double[] scores, int b, int h, int q, int kv);

    double[] ApplyMask(LaneKind lanes, double[] scores, int b, int h, int q, int kv);

    int CountKept(LaneKind lanes, int count, int b, int h, int q, int kv);

    BlockKind Classify(int b, int h, int firstQuery, int lastQuery, int firstKey, int lastKey);

    /// <summary>The block mask, by proof where there is one.</summary>
    BlockLists Build(BlockGrid grid);

    /// <summary>What the block mask is kept in: two numbers where the formula is a band of distances.</summary>
    BlockStore Store(BlockGrid grid);

    /// <summary>The block mask of the same mask, every block evaluated.</summary>
    BlockLists BuildByEvaluation(BlockGrid grid);

    /// <summary>The same in a kind of lanes, which must be of floats.</summary>
    BlockLists BuildByEvaluation(LaneKind lanes, BlockGrid grid);

    void Check(int b, int h, int q, int kv);
}

/// <inheritdoc cref="IVariantCalls"/>
internal sealed class VariantCalls<TVariant>(TVariant variant) : IVariantCalls
    where TVariant : unmanaged, IAttentionVariant<TVariant>
{
    public double[] ApplyScore(LaneKind lanes, double[] scores, int b, int h, int q, int kv) => lanes switch
    {
        LaneKind.Float128 => Singles<Float128, Vector128<float>, Vector128<int>>(false, scores, b, h, q, kv),
        LaneKind.Float256 => Singles<Float256, Vector256<float>, Vector256<int>>(false, scores, b, h, q, kv),
        LaneKind.Float512 => Singles<Float512, Vector512<float>, Vector512<int>>(false, scores, b, h, q, kv),
        LaneKind.Double256 => Doubles<Double256, Vector256<double>, Vector128<int>>(false, scores, b, h, q, kv),
        _ => Doubles<Double512, Vector512<double>, Vector256<int>>(false, scores, b, h, q, kv),
    };

    public double[] ApplyMask(LaneKind lanes, double[] scores, int b, int h, int q, int kv) => lanes switch
    {
        LaneKind.Float128 => Singles<Float128, Vector128<float>, Vector128<int>>(true, scores, b, h, q, kv),
        LaneKind.Float256 => Singles<Float256, Vector256<float>, Vector256<int>>(true, scores, b, h, q, kv),
        LaneKind.Float512 => Singles<Float512, Vector512<float>, Vector512<int>>(true, scores, b, h, q, kv),
        LaneKind.Double256 => Doubles<Double256, Vector256<double>, Vector128<int>>(true, scores, b, h, q, kv),
        _ => Doubles<Double512, Vector512<double>, Vector256<int>>(true, scores, b, h, q, kv),
    };

    public int CountKept(LaneKind lanes, int count, int b, int h, int q, int kv) => lanes switch
    {
        LaneKind.Float128 => variant.CountKept<Float128, float, Vector128<float>, Vector128<int>>(count, b, h, q, kv),
        LaneKind.Float256 => variant.CountKept<Float256, float, Vector256<float>, Vector256<int>>(count, b, h, q, kv),
        LaneKind.Float512 => variant.CountKept<Float512, float, Vector512<float>, Vector512<int>>(count, b, h, q, kv),
        LaneKind.Double256 => variant.CountKept<Double256, double, Vector256<double>, Vector128<int>>(count, b, h, q, kv),
        _ => variant.CountKept<Double512, double, Vector512<double>, Vector256<int>>(count, b, h, q, kv),
    };

    public BlockKind Classify(int b, int h, int firstQuery, int lastQuery, int firstKey, int lastKey) =>
        variant.Classify(default, b, h, firstQuery, lastQuery, firstKey, lastKey);

    public BlockLists Build(BlockGrid grid) => CpuBlockMaskBuilder.Build(in variant, grid);

    public BlockStore Store(BlockGrid grid) => BlockBuilder.Build(in variant, grid, new BlockMaskOptions());

    public BlockLists BuildByEvaluation(BlockGrid grid) =>
        CpuBlockMaskBuilder.Build(new UnprovenVariant<TVariant>(variant), grid);

    public BlockLists BuildByEvaluation(LaneKind lanes, BlockGrid grid) => lanes switch
    {
        LaneKind.Float128 => Evaluated<Float128, Vector128<float>, Vector128<int>>(grid),
        LaneKind.Float256 => Evaluated<Float256, Vector256<float>, Vector256<int>>(grid),
        LaneKind.Float512 => Evaluated<Float512, Vector512<float>, Vector512<int>>(grid),
        _ => throw new ArgumentOutOfRangeException(nameof(lanes), lanes, "Block masks are made in floats."),
    };

    public void Check(int b, int h, int q, int kv) => variant.Check(b, h, q, kv);

    private BlockLists Evaluated<TLanes, TFloat, TInt>(BlockGrid grid)
        where TLanes : struct, ILanes<float, TFloat, TInt>
        where TFloat : struct
        where TInt : struct =>
        CpuBlockMaskBuilder.Build<UnprovenVariant<TVariant>, TLanes, TFloat, TInt>(new(variant), grid);

    private double[] Singles<TLanes, TFloat, TInt>(bool mask, double[] scores, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<float, TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        float[] values = Array.ConvertAll(scores, static score => (float)score);
        if (mask)
            variant.ApplyMask<TLanes, float, TFloat, TInt>(ref values[0], values.Length, b, h, q, kv);
        else
            variant.ApplyScore<TLanes, float, TFloat, TInt>(ref values[0], values.Length, b, h, q, kv);
        return Array.ConvertAll(values, static value => (double)value);
    }

    private double[] Doubles<TLanes, TFloat, TInt>(bool mask, double[] scores, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<double, TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        double[] values = [.. scores];
        if (mask)
            variant.ApplyMask<TLanes, double, TFloat, TInt>(ref values[0], values.Length, b, h, q, kv);
        else
            variant.ApplyScore<TLanes, double, TFloat, TInt>(ref values[0], values.Length, b, h, q, kv);
        return values;
    }
}
