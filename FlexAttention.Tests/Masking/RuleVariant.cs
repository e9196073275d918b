using FlexAttention.Cpu;
using FlexAttention.Descriptors;
using FlexAttention.Masking;

namespace FlexAttention.Tests.Masking;

/// <summary>Makes a mask variant of a formula, one pair at a time.</summary>
internal readonly struct RuleVariant<TRule>(TRule rule) : IAttentionVariant<RuleVariant<TRule>>
    where TRule : unmanaged, IMaskRule
{
    private readonly TRule _rule = rule;

    public static VariantDescriptor Descriptor { get; } = new()
    {
        Name = typeof(TRule).Name,
        CudaName = typeof(TRule).Name,
        CudaSource = "",
        CpuSource = "",
        IntermediateRepresentation = "",
        HasScore = false,
        HasMask = TRule.IsMask,
        MaskDependence = TRule.Dependence,
        MaskName = TRule.IsMask ? typeof(TRule).Name : null,
        Captures = [],
    };

    public void ApplyScore<TLanes, TScalar, TFloat, TInt>(ref TScalar scores, int count, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct =>
        throw new NotSupportedException();

    public void ApplyMask<TLanes, TScalar, TFloat, TInt>(ref TScalar scores, int count, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct =>
        throw new NotSupportedException();

    public int CountKept<TLanes, TScalar, TFloat, TInt>(int count, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct =>
        _rule.CountKept(count, b, h, q, kv);

    public BlockKind Classify(in BoundsTables tables, int b, int h, int firstQuery, int lastQuery, int firstKey, int lastKey) => BlockKind.Partial;

    public void ListLookups(ref BoundsLookups lookups)
    {
    }

    public DistanceBand? BandOf(int b, int h) => null;

    public void Check(int b, int h, int q, int kv) => throw new NotSupportedException();
}
