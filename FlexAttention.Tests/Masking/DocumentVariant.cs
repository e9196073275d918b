using FlexAttention.Cpu;
using FlexAttention.Descriptors;
using FlexAttention.Masking;

namespace FlexAttention.Tests.Masking;

/// <summary>
/// A variant as the generator would write it, by hand: documents, of which each head sees another window, and a score. It
/// lets the GPU's block masks, checked mode and evaluator be tested without the generator.
/// </summary>
internal struct DocumentVariant : IAttentionVariant<DocumentVariant>
{
    public CaptureView Ids;
    public int Window;

    public static VariantDescriptor Descriptor { get; } = new()
    {
        Name = "Tests.Document",
        CudaName = "Document",
        CudaSource = Source,
        CpuSource = "",
        IntermediateRepresentation = "",
        HasScore = true,
        HasMask = true,
        MaskDependence = IndexDependence.Head | IndexDependence.Query | IndexDependence.Key,
        MaskName = "Tests.Document",
        Captures = [new("ids", typeof(int), 1), new("window", typeof(int), 0)],
    };

    private const string Source =
        """
        #include "flex/variant.cuh"

        struct Document {
          flex::Buffer<int, 1> ids;
          int window;

          static constexpr bool kHasScore = true;
          static constexpr bool kScoreIsLog2 = true;
          static constexpr float kScoreFactor = 1.0f;
          static constexpr bool kHasShift = false;
          static constexpr bool kHasMask = true;
          static constexpr bool kMasksKeySets = false;
          static constexpr int kSpecialFunctions = 0;

          struct Head { int v0; };
          struct Row { int v1; };
          struct Column { int v2; };

          FLEX_DEVICE Head head(float scale, int b, int h) const { return {window * (h + 1)}; }
          FLEX_DEVICE Row row(const Head& head, int b, int h, int q) const { return {ids(q)}; }
          FLEX_DEVICE Column column(const Head& head, int b, int h, int kv) const { return {ids(kv)}; }
          FLEX_DEVICE float score(const Head& head, const Row& row, const Column& column, float dot, int b, int h, int q, int kv) const {
            return flex::kLog2E * (dot + 0.5f * column.v2);
          }
          FLEX_DEVICE bool mask(const Head& head, const Row& row, const Column& column, int b, int h, int q, int kv) const {
            return row.v1 == column.v2 && flex::abs(flex::sub(q, kv)) < head.v0;
          }
          FLEX_DEVICE float evaluate_score(float score, int b, int h, int q, int kv) const { return score + 0.5f * ids(kv); }
          FLEX_DEVICE bool evaluate_mask(int b, int h, int q, int kv) const {
            return ids(q) == ids(kv) && flex::abs(flex::sub(q, kv)) < window * (h + 1);
          }
        #if defined(FLEX_BLOCK_MASK)
          FLEX_DEVICE flex::BlockKind classify(
              const flex::BoundsTables& tables, int b, int h, flex::Interval<int> queries, flex::Interval<int> keys) const {
            const flex::Interval<int> v0 = flex::intervals::of_elements(ids, &tables.slots[0], queries);
            const flex::Interval<int> v1 = flex::intervals::of_elements(ids, &tables.slots[0], keys);
            const flex::Interval<int> v2 = flex::intervals::of_abs(flex::intervals::of_subtract(queries, keys));
            return flex::intervals::kind_of(flex::intervals::of_and(
                flex::intervals::of_equal(v0, v1),
                flex::intervals::of_less(v2, flex::Interval<int>::exactly(window * (h + 1)))));
          }
          template <typename Action>
          FLEX_DEVICE void with_lookup(int slot, Action action) const {
            if (slot == 0) action(ids);
          }
        #endif
          FLEX_DEVICE void check(flex::Checker& checker, int b, int h, int q, int kv) const {
            checker.index(0, 0, q, ids.extent[0]);
            checker.index(0, 0, kv, ids.extent[0]);
          }
        };

        #if defined(FLEX_BLOCK_MASK)
        #include "flex/blockmask/blockmask.cuh"
        extern "C" __global__ void __launch_bounds__(flex::BoundsTableBuilder<Document>::kThreads, flex::BoundsTableBuilder<Document>::kMinBlocks)
        flex_block_mask_leaves(const __grid_constant__ flex::BlockMaskArguments arguments, const __grid_constant__ Document variant) {
          flex::BoundsTableBuilder<Document>::leaves(arguments, variant);
        }
        extern "C" __global__ void __launch_bounds__(flex::BoundsTableBuilder<Document>::kThreads, flex::BoundsTableBuilder<Document>::kMinBlocks)
        flex_block_mask_levels(const __grid_constant__ flex::BlockMaskArguments arguments, const __grid_constant__ Document variant) {
          flex::BoundsTableBuilder<Document>::levels(arguments, variant);
        }
        extern "C" __global__ void __launch_bounds__(flex::BlockMask<Document>::kThreads, flex::BlockMask<Document>::kMinBlocks)
        flex_block_mask_list(const __grid_constant__ flex::BlockMaskArguments arguments, const __grid_constant__ Document variant) {
          flex::BlockMask<Document>::list(arguments, variant);
        }
        extern "C" __global__ void __launch_bounds__(flex::BlockMask<Document>::kThreads, flex::BlockMask<Document>::kMinBlocks)
        flex_block_mask_count(const __grid_constant__ flex::BlockMaskArguments arguments, const __grid_constant__ Document variant) {
          flex::BlockMask<Document>::count(arguments, variant);
        }
        extern "C" __global__ void __launch_bounds__(flex::BlockMaskScan<Document>::kThreads, flex::BlockMaskScan<Document>::kMinBlocks)
        flex_block_mask_scan(const __grid_constant__ flex::BlockMaskArguments arguments, const __grid_constant__ Document variant) {
          flex::BlockMaskScan<Document>::run(arguments, variant);
        }
        extern "C" __global__ void __launch_bounds__(flex::BlockMask<Document>::kThreads, flex::BlockMask<Document>::kMinBlocks)
        flex_block_mask_fill(const __grid_constant__ flex::BlockMaskArguments arguments, const __grid_constant__ Document variant) {
          flex::BlockMask<Document>::fill(arguments, variant);
        }
        #endif

        #if defined(FLEX_CHECK)
        #include "flex/core/check.cuh"
        extern "C" __global__ void __launch_bounds__(flex::Check<Document>::kThreads, flex::Check<Document>::kMinBlocks)
        flex_check(const __grid_constant__ flex::CheckArguments arguments, const __grid_constant__ Document variant) {
          flex::Check<Document>::run(arguments, variant);
        }
        #endif

        #if defined(FLEX_EVALUATE)
        #include "flex/core/evaluate.cuh"
        extern "C" __global__ void __launch_bounds__(flex::Evaluate<Document>::kThreads, flex::Evaluate<Document>::kMinBlocks)
        flex_evaluate(const __grid_constant__ flex::EvaluateArguments arguments, const __grid_constant__ Document variant) {
          flex::Evaluate<Document>::run(arguments, variant);
        }
        #endif
        """;

    public static DocumentVariant Bind(DeviceTensor<int> ids, int window) =>
        new() { Ids = CaptureBinder.Bind(ids, 1, ids.Device, "ids"), Window = window };

    public readonly unsafe bool Keeps(int h, int q, int kv)
    {
        int* ids = (int*)Ids.Data;
        return ids[q] == ids[kv] && Math.Abs(q - kv) < Window * (h + 1);
    }

    public readonly void ApplyScore<TLanes, TScalar, TFloat, TInt>(ref TScalar scores, int count, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct =>
        throw new NotSupportedException();

    public readonly void ApplyMask<TLanes, TScalar, TFloat, TInt>(ref TScalar scores, int count, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct =>
        throw new NotSupportedException();

    public readonly int CountKept<TLanes, TScalar, TFloat, TInt>(int count, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
            kept += Keeps(h, q, kv + i) ? 1 : 0;
        return kept;
    }

    public readonly BlockKind Classify(in BoundsTables tables, int b, int h, int firstQuery, int lastQuery, int firstKey, int lastKey) => BlockKind.Partial;

    public readonly void ListLookups(ref BoundsLookups lookups) => lookups.AddInt(in Ids, dimension: 0);

    public readonly DistanceBand? BandOf(int b, int h) => null;

    public readonly void Check(int b, int h, int q, int kv) => throw new NotSupportedException();
}
