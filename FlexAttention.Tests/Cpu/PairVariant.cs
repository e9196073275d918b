using System.Runtime.CompilerServices;
using FlexAttention.Cpu;
using FlexAttention.Descriptors;
using FlexAttention.Masking;

namespace FlexAttention.Tests.Cpu;

/// <summary>Makes a variant of a formula, one pair at a time, as if it had no vector form.</summary>
internal readonly struct PairVariant<TRule>(TRule rule) : IAttentionVariant<PairVariant<TRule>>
    where TRule : unmanaged, IPairRule
{
    private readonly TRule _rule = rule;

    public static VariantDescriptor Descriptor { get; } = new()
    {
        Name = typeof(TRule).Name,
        CudaName = typeof(TRule).Name,
        CudaSource = "",
        CpuSource = "",
        IntermediateRepresentation = "",
        HasScore = TRule.HasScore,
        HasMask = TRule.HasMask,
        MaskDependence = IndexDependence.Batch | IndexDependence.Head | IndexDependence.Query | IndexDependence.Key,
        MaskName = TRule.HasMask ? typeof(TRule).Name : null,
        Captures = [],
    };

    public void ApplyScore<TLanes, TScalar, TFloat, TInt>(ref TScalar scores, int count, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct
    {
        if (count % TLanes.Count != 0)
            Assert.Fail($"{count} scores are not a multiple of {TLanes.Count} lanes.");
        for (int i = 0; i < count; i++)
        {
            ref TScalar score = ref Unsafe.Add(ref scores, i);
            if (typeof(TScalar) == typeof(double))
                Unsafe.As<TScalar, double>(ref score) = _rule.Score(Unsafe.As<TScalar, double>(ref score), b, h, q, kv + i);
            else
                Unsafe.As<TScalar, float>(ref score) = (float)_rule.Score(Unsafe.As<TScalar, float>(ref score), b, h, q, kv + i);
        }
    }

    public void ApplyMask<TLanes, TScalar, TFloat, TInt>(ref TScalar scores, int count, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct
    {
        for (int i = 0; i < count; i += TLanes.Count)
        {
            for (int lane = i; lane < i + TLanes.Count; lane++)
            {
                ref TScalar score = ref Unsafe.Add(ref scores, lane);
                TFloat rejected = TLanes.Broadcast(float.NegativeInfinity);
                if (!_rule.Keeps(b, h, q, kv + lane))
                    score = Unsafe.As<TFloat, TScalar>(ref rejected);
            }
        }
    }

    public int CountKept<TLanes, TScalar, TFloat, TInt>(int count, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
            kept += _rule.Keeps(b, h, q, kv + i) ? 1 : 0;
        return kept;
    }

    public BlockKind Classify(in BoundsTables tables, int b, int h, int firstQuery, int lastQuery, int firstKey, int lastKey) => BlockKind.Partial;

    public void ListLookups(ref BoundsLookups lookups)
    {
    }

    public DistanceBand? BandOf(int b, int h) => null;

    public void Check(int b, int h, int q, int kv)
    {
    }
}
