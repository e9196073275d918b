// FlexAttention.Tests.Variants.DocumentMasks.Document, generated from C#:
//   [AttentionVariant]
//   public static partial bool Document(int b, int h, int q, int kv, ReadOnlySpan<int> ids) => ids[q] == ids[kv];
#include "flex/variant.cuh"

struct Document {
  flex::Buffer<int, 1> ids;

  static constexpr bool kHasDerivative = false;
  static constexpr int kLearnables = 0;
  static constexpr bool kLearnsFromScore = false;
  static constexpr bool kHasScore = false;
  static constexpr bool kScoreIsLog2 = false;
  static constexpr float kScoreFactor = 1.0f;
  static constexpr bool kHasShift = false;
  static constexpr bool kHasMask = true;
  static constexpr bool kMasksKeySets = false;
  static constexpr int kSpecialFunctions = 0;

  struct Head {};
  struct Row {
    int v0;
  };  // once a row
  struct Column {
    int v1;
  };  // once a column

  FLEX_DEVICE Head head(float scale, int b, int h) const { return {}; }
  template <typename Q>
  FLEX_DEVICE Row row(const Head& head, int b, int h, Q q) const {
    Row row;
#line 8 "DocumentMasks.cs"
    row.v0 = ids(q);
#line 35 "Document.cu"
    return row;
  }
  template <typename Kv>
  FLEX_DEVICE Column column(const Head& head, int b, int h, Kv kv) const {
    Column column;
#line 8 "DocumentMasks.cs"
    column.v1 = ids(kv);
#line 43 "Document.cu"
    return column;
  }

  template <typename Q, typename Kv>
  FLEX_DEVICE bool mask(const Head& head, const Row& row, const Column& column,
                        int b, int h, Q q, Kv kv) const {
#line 8 "DocumentMasks.cs"
    return row.v0 == column.v1;
#line 52 "Document.cu"
  }

  // The methods as written, in natural units.
  FLEX_DEVICE float evaluate_score(float score, int b, int h, int q, int kv) const { return score; }
  FLEX_DEVICE bool evaluate_mask(int b, int h, int q, int kv) const {
#line 8 "DocumentMasks.cs"
    return ids(q) == ids(kv);
#line 60 "Document.cu"
  }

  // Every captured access of one pair, with its range.
  FLEX_DEVICE void check(flex::Checker& checker, int b, int h, int q, int kv) const {
#line 8 "DocumentMasks.cs"
    checker.index(0, 0, q, ids.extent[0]);
#line 8 "DocumentMasks.cs"
    checker.index(0, 0, kv, ids.extent[0]);
#line 69 "Document.cu"
  }

#if defined(FLEX_BLOCK_MASK)
  // The mask in interval arithmetic.
  FLEX_DEVICE flex::BlockKind classify(const flex::BoundsTables& tables, int b, int h,
                                       flex::Interval<int> queries, flex::Interval<int> keys) const {
    const flex::Interval<int> v0 = queries;
    const flex::Interval<int> v1 = keys;
    const flex::Interval<int> v2 = flex::intervals::of_elements(ids, &tables.slots[0], v0);
    const flex::Interval<int> v3 = flex::intervals::of_elements(ids, &tables.slots[0], v1);
    const flex::Truth v4 = flex::intervals::of_equal(v2, v3);
    return flex::intervals::kind_of(v4);
  }

  template <typename Action>
  FLEX_DEVICE void with_lookup(int slot, Action action) const {
    if (slot == 0) action(ids);
  }
#endif
};

#if defined(FLEX_FORWARD)
#include "flex/forward/forward.cuh"
extern "C" __global__ void __launch_bounds__(flex::Forward<Document>::kThreads, flex::Forward<Document>::kMinBlocks)
flex_forward(const __grid_constant__ flex::Forward<Document>::Arguments arguments,
    const __grid_constant__ Document variant) {
  flex::Forward<Document>::run(arguments, variant);
}
#if FLEX_SPLIT_KEYS
extern "C" __global__ void __launch_bounds__(flex::ForwardCombine<Document>::kThreads, flex::ForwardCombine<Document>::kMinBlocks)
flex_forward_combine(const __grid_constant__ flex::Forward<Document>::Arguments arguments,
    const __grid_constant__ Document variant) {
  flex::ForwardCombine<Document>::run(arguments, variant);
}
#endif
#endif

#if defined(FLEX_BACKWARD)
#include "flex/backward/backward.cuh"
extern "C" __global__ void __launch_bounds__(flex::BackwardPrepare<Document>::kThreads, flex::BackwardPrepare<Document>::kMinBlocks)
flex_backward_prepare(const __grid_constant__ flex::Backward<Document>::Arguments arguments,
    const __grid_constant__ Document variant) {
  flex::BackwardPrepare<Document>::run(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::Backward<Document>::kThreads, flex::Backward<Document>::kMinBlocks)
flex_backward(const __grid_constant__ flex::Backward<Document>::Arguments arguments,
    const __grid_constant__ Document variant) {
  flex::Backward<Document>::run(arguments, variant);
}
#if !FLEX_HOPPER
extern "C" __global__ void __launch_bounds__(flex::BackwardQuery<Document>::kThreads, flex::BackwardQuery<Document>::kMinBlocks)
flex_backward_query(const __grid_constant__ flex::Backward<Document>::Arguments arguments,
    const __grid_constant__ Document variant) {
  flex::BackwardQuery<Document>::run(arguments, variant);
}
#endif
extern "C" __global__ void __launch_bounds__(flex::BackwardFinish<Document>::kThreads, flex::BackwardFinish<Document>::kMinBlocks)
flex_backward_finish(const __grid_constant__ flex::Backward<Document>::Arguments arguments,
    const __grid_constant__ Document variant) {
  flex::BackwardFinish<Document>::run(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BackwardRecover<Document>::kThreads, flex::BackwardRecover<Document>::kMinBlocks)
flex_backward_recover(const __grid_constant__ flex::Backward<Document>::Arguments arguments,
    const __grid_constant__ Document variant) {
  flex::BackwardRecover<Document>::run(arguments, variant);
}
#endif

#if defined(FLEX_BLOCK_MASK)
#include "flex/blockmask/blockmask.cuh"
extern "C" __global__ void __launch_bounds__(flex::BoundsTableBuilder<Document>::kThreads, flex::BoundsTableBuilder<Document>::kMinBlocks)
flex_block_mask_leaves(const __grid_constant__ flex::BlockMask<Document>::Arguments arguments,
    const __grid_constant__ Document variant) {
  flex::BoundsTableBuilder<Document>::leaves(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BoundsTableBuilder<Document>::kThreads, flex::BoundsTableBuilder<Document>::kMinBlocks)
flex_block_mask_levels(const __grid_constant__ flex::BlockMask<Document>::Arguments arguments,
    const __grid_constant__ Document variant) {
  flex::BoundsTableBuilder<Document>::levels(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMask<Document>::kThreads, flex::BlockMask<Document>::kMinBlocks)
flex_block_mask_list(const __grid_constant__ flex::BlockMask<Document>::Arguments arguments,
    const __grid_constant__ Document variant) {
  flex::BlockMask<Document>::list(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMask<Document>::kThreads, flex::BlockMask<Document>::kMinBlocks)
flex_block_mask_count(const __grid_constant__ flex::BlockMask<Document>::Arguments arguments,
    const __grid_constant__ Document variant) {
  flex::BlockMask<Document>::count(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMaskScan<Document>::kThreads, flex::BlockMaskScan<Document>::kMinBlocks)
flex_block_mask_scan(const __grid_constant__ flex::BlockMask<Document>::Arguments arguments,
    const __grid_constant__ Document variant) {
  flex::BlockMaskScan<Document>::run(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMask<Document>::kThreads, flex::BlockMask<Document>::kMinBlocks)
flex_block_mask_fill(const __grid_constant__ flex::BlockMask<Document>::Arguments arguments,
    const __grid_constant__ Document variant) {
  flex::BlockMask<Document>::fill(arguments, variant);
}
#endif

#if defined(FLEX_CHECK)
#include "flex/core/check.cuh"
extern "C" __global__ void __launch_bounds__(flex::Check<Document>::kThreads, flex::Check<Document>::kMinBlocks)
flex_check(const __grid_constant__ flex::Check<Document>::Arguments arguments,
    const __grid_constant__ Document variant) {
  flex::Check<Document>::run(arguments, variant);
}
#endif

#if defined(FLEX_EVALUATE)
#include "flex/core/evaluate.cuh"
extern "C" __global__ void __launch_bounds__(flex::Evaluate<Document>::kThreads, flex::Evaluate<Document>::kMinBlocks)
flex_evaluate(const __grid_constant__ flex::Evaluate<Document>::Arguments arguments,
    const __grid_constant__ Document variant) {
  flex::Evaluate<Document>::run(arguments, variant);
}
#endif

#if defined(FLEX_EVALUATE_GRADIENT)
#include "flex/core/evaluate_gradient.cuh"
extern "C" __global__ void __launch_bounds__(flex::EvaluateGradient<Document>::kThreads, flex::EvaluateGradient<Document>::kMinBlocks)
flex_evaluate_gradient(const __grid_constant__ flex::EvaluateGradient<Document>::Arguments arguments,
    const __grid_constant__ Document variant) {
  flex::EvaluateGradient<Document>::run(arguments, variant);
}
#endif
