using FlexAttention.Cpu;
using FlexAttention.Descriptors;
using FlexAttention.Masking;

namespace FlexAttention.Tests.Runtime;

/// <summary>Attention as it is, written by hand: no score, no mask, no captures.</summary>
internal struct PlainVariant : IAttentionVariant<PlainVariant>
{
    public static VariantDescriptor Descriptor { get; } = new()
    {
        Name = "Tests.Plain",
        CudaName = "Plain",
        CudaSource =
            """
            #include "flex/variant.cuh"

            struct Plain {
              static constexpr bool kHasScore = false;
              static constexpr bool kScoreIsLog2 = false;
              static constexpr float kScoreFactor = 1.0f;
              static constexpr bool kHasShift = false;
              static constexpr bool kHasMask = false;
              static constexpr bool kMasksKeySets = false;
              static constexpr int kSpecialFunctions = 0;

              struct Head {};
              struct Row {};
              struct Column {};

              FLEX_DEVICE Head head(float, int, int) const { return {}; }
              FLEX_DEVICE Row row(const Head&, int, int, int) const { return {}; }
              FLEX_DEVICE Column column(const Head&, int, int, int) const { return {}; }
            };

            #if defined(FLEX_FORWARD)
            #include "flex/forward/forward.cuh"
            extern "C" __global__ void __launch_bounds__(flex::Forward<Plain>::kThreads, flex::Forward<Plain>::kMinBlocks)
            flex_forward(const __grid_constant__ flex::Forward<Plain>::Arguments arguments, const __grid_constant__ Plain variant) {
              flex::Forward<Plain>::run(arguments, variant);
            }
            #if FLEX_SPLIT_KEYS
            extern "C" __global__ void __launch_bounds__(flex::ForwardCombine<Plain>::kThreads, flex::ForwardCombine<Plain>::kMinBlocks)
            flex_forward_combine(const __grid_constant__ flex::Forward<Plain>::Arguments arguments, const __grid_constant__ Plain variant) {
              flex::ForwardCombine<Plain>::run(arguments, variant);
            }
            #endif
            #endif
            """,
        CpuSource = "",
        IntermediateRepresentation = "",
        HasScore = false,
        HasMask = false,
        Captures = [],
    };

    public readonly void ApplyScore<TLanes, TScalar, TFloat, TInt>(ref TScalar scores, int count, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct
    {
    }

    public readonly void ApplyMask<TLanes, TScalar, TFloat, TInt>(ref TScalar scores, int count, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct
    {
    }

    public readonly int CountKept<TLanes, TScalar, TFloat, TInt>(int count, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct => count;

    public readonly BlockKind Classify(in BoundsTables tables, int b, int h, int firstQuery, int lastQuery, int firstKey, int lastKey) => BlockKind.Partial;

    public readonly void ListLookups(ref BoundsLookups lookups)
    {
    }

    public readonly DistanceBand? BandOf(int b, int h) => null;

    public readonly void Check(int b, int h, int q, int kv)
    {
    }
}
