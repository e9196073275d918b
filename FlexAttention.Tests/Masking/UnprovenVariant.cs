using FlexAttention.Cpu;
using FlexAttention.Descriptors;
using FlexAttention.Masking;

namespace FlexAttention.Tests.Masking;

/// <summary>A mask whose formula proves nothing, so that every block of it is evaluated.</summary>
internal readonly struct UnprovenVariant<TVariant>(TVariant variant) : IAttentionVariant<UnprovenVariant<TVariant>>
    where TVariant : unmanaged, IAttentionVariant<TVariant>
{
    private readonly TVariant _variant = variant;

    public static VariantDescriptor Descriptor => TVariant.Descriptor;

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
        _variant.CountKept<TLanes, TScalar, TFloat, TInt>(count, b, h, q, kv);

    public BlockKind Classify(in BoundsTables tables, int b, int h, int firstQuery, int lastQuery, int firstKey, int lastKey) => BlockKind.Partial;

    public void ListLookups(ref BoundsLookups lookups)
    {
    }

    public DistanceBand? BandOf(int b, int h) => null;

    public void Check(int b, int h, int q, int kv) => throw new NotSupportedException();
}
