using FlexAttention.Cpu;
using FlexAttention.Descriptors;
using FlexAttention.Masking;

namespace FlexAttention.Tests.Masking;

/// <summary>A causal mask that counts by lanes, as generated variants do.</summary>
internal readonly struct LaneCausalVariant : IAttentionVariant<LaneCausalVariant>
{
    public static VariantDescriptor Descriptor { get; } = new()
    {
        Name = "Tests.LaneCausal",
        CudaName = "LaneCausal",
        CudaSource = "",
        CpuSource = "",
        IntermediateRepresentation = "",
        HasScore = false,
        HasMask = true,
        MaskDependence = IndexDependence.Query | IndexDependence.Key,
        MaskName = "Tests.LaneCausal",
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
        where TInt : struct
    {
        int kept = 0;
        TInt query = TLanes.Broadcast(q);
        for (int i = 0; i < count; i += TLanes.Count)
            kept += TLanes.CountTrue(TLanes.LessOrEqual(TLanes.Sequence(kv + i), query), count - i);
        return kept;
    }

    public BlockKind Classify(in BoundsTables tables, int b, int h, int firstQuery, int lastQuery, int firstKey, int lastKey) => BlockKind.Partial;

    public void ListLookups(ref BoundsLookups lookups)
    {
    }

    public DistanceBand? BandOf(int b, int h) => null;

    public void Check(int b, int h, int q, int kv) => throw new NotSupportedException();
}
