// FlexAttention.Tests.Variants.CausalMasks.Causal, generated from C#:
//   [AttentionVariant]
//   public static partial bool Causal(int b, int h, int q, int kv) => kv <= q;
#include "flex/variant.cuh"

struct Causal {
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
  struct Row {};
  struct Column {};

  FLEX_DEVICE Head head(float scale, int b, int h) const { return {}; }
  template <typename Q>
  FLEX_DEVICE Row row(const Head& head, int b, int h, Q q) const { return {}; }
  template <typename Kv>
  FLEX_DEVICE Column column(const Head& head, int b, int h, Kv kv) const { return {}; }

  template <typename Q, typename Kv>
  FLEX_DEVICE bool mask(const Head& head, const Row& row, const Column& column,
                        int b, int h, Q q, Kv kv) const {
#line 12 "CausalMasks.cs"
    return kv <= q;
#line 34 "Causal.cu"
  }

  // The methods as written, in natural units.
  FLEX_DEVICE float evaluate_score(float score, int b, int h, int q, int kv) const { return score; }
  FLEX_DEVICE bool evaluate_mask(int b, int h, int q, int kv) const {
#line 12 "CausalMasks.cs"
    return kv <= q;
#line 42 "Causal.cu"
  }

  // Every captured access of one pair, with its range.
  FLEX_DEVICE void check(flex::Checker& checker, int b, int h, int q, int kv) const {
  }

#if defined(FLEX_BLOCK_MASK)
  // The mask in interval arithmetic.
  FLEX_DEVICE flex::BlockKind classify(const flex::BoundsTables& tables, int b, int h,
                                       flex::Interval<int> queries, flex::Interval<int> keys) const {
    const flex::Interval<int> v0 = queries;
    const flex::Interval<int> v1 = keys;
    const flex::Truth v2 = flex::intervals::of_less_or_equal(v1, v0);
    return flex::intervals::kind_of(v2);
  }

  template <typename Action>
  FLEX_DEVICE void with_lookup(int slot, Action action) const {
  }
#endif
};

#if defined(FLEX_FORWARD)
#include "flex/forward/forward.cuh"
extern "C" __global__ void __launch_bounds__(flex::Forward<Causal>::kThreads, flex::Forward<Causal>::kMinBlocks)
flex_forward(const __grid_constant__ flex::Forward<Causal>::Arguments arguments,
    const __grid_constant__ Causal variant) {
  flex::Forward<Causal>::run(arguments, variant);
}
#if FLEX_SPLIT_KEYS
extern "C" __global__ void __launch_bounds__(flex::ForwardCombine<Causal>::kThreads, flex::ForwardCombine<Causal>::kMinBlocks)
flex_forward_combine(const __grid_constant__ flex::Forward<Causal>::Arguments arguments,
    const __grid_constant__ Causal variant) {
  flex::ForwardCombine<Causal>::run(arguments, variant);
}
#endif
#endif

#if defined(FLEX_BACKWARD)
#include "flex/backward/backward.cuh"
extern "C" __global__ void __launch_bounds__(flex::BackwardPrepare<Causal>::kThreads, flex::BackwardPrepare<Causal>::kMinBlocks)
flex_backward_prepare(const __grid_constant__ flex::Backward<Causal>::Arguments arguments,
    const __grid_constant__ Causal variant) {
  flex::BackwardPrepare<Causal>::run(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::Backward<Causal>::kThreads, flex::Backward<Causal>::kMinBlocks)
flex_backward(const __grid_constant__ flex::Backward<Causal>::Arguments arguments,
    const __grid_constant__ Causal variant) {
  flex::Backward<Causal>::run(arguments, variant);
}
#if !FLEX_HOPPER
extern "C" __global__ void __launch_bounds__(flex::BackwardQuery<Causal>::kThreads, flex::BackwardQuery<Causal>::kMinBlocks)
flex_backward_query(const __grid_constant__ flex::Backward<Causal>::Arguments arguments,
    const __grid_constant__ Causal variant) {
  flex::BackwardQuery<Causal>::run(arguments, variant);
}
#endif
extern "C" __global__ void __launch_bounds__(flex::BackwardFinish<Causal>::kThreads, flex::BackwardFinish<Causal>::kMinBlocks)
flex_backward_finish(const __grid_constant__ flex::Backward<Causal>::Arguments arguments,
    const __grid_constant__ Causal variant) {
  flex::BackwardFinish<Causal>::run(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BackwardRecover<Causal>::kThreads, flex::BackwardRecover<Causal>::kMinBlocks)
flex_backward_recover(const __grid_constant__ flex::Backward<Causal>::Arguments arguments,
    const __grid_constant__ Causal variant) {
  flex::BackwardRecover<Causal>::run(arguments, variant);
}
#endif

#if defined(FLEX_BLOCK_MASK)
#include "flex/blockmask/blockmask.cuh"
extern "C" __global__ void __launch_bounds__(flex::BoundsTableBuilder<Causal>::kThreads, flex::BoundsTableBuilder<Causal>::kMinBlocks)
flex_block_mask_leaves(const __grid_constant__ flex::BlockMask<Causal>::Arguments arguments,
    const __grid_constant__ Causal variant) {
  flex::BoundsTableBuilder<Causal>::leaves(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BoundsTableBuilder<Causal>::kThreads, flex::BoundsTableBuilder<Causal>::kMinBlocks)
flex_block_mask_levels(const __grid_constant__ flex::BlockMask<Causal>::Arguments arguments,
    const __grid_constant__ Causal variant) {
  flex::BoundsTableBuilder<Causal>::levels(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMask<Causal>::kThreads, flex::BlockMask<Causal>::kMinBlocks)
flex_block_mask_list(const __grid_constant__ flex::BlockMask<Causal>::Arguments arguments,
    const __grid_constant__ Causal variant) {
  flex::BlockMask<Causal>::list(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMask<Causal>::kThreads, flex::BlockMask<Causal>::kMinBlocks)
flex_block_mask_count(const __grid_constant__ flex::BlockMask<Causal>::Arguments arguments,
    const __grid_constant__ Causal variant) {
  flex::BlockMask<Causal>::count(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMaskScan<Causal>::kThreads, flex::BlockMaskScan<Causal>::kMinBlocks)
flex_block_mask_scan(const __grid_constant__ flex::BlockMask<Causal>::Arguments arguments,
    const __grid_constant__ Causal variant) {
  flex::BlockMaskScan<Causal>::run(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMask<Causal>::kThreads, flex::BlockMask<Causal>::kMinBlocks)
flex_block_mask_fill(const __grid_constant__ flex::BlockMask<Causal>::Arguments arguments,
    const __grid_constant__ Causal variant) {
  flex::BlockMask<Causal>::fill(arguments, variant);
}
#endif

#if defined(FLEX_CHECK)
#include "flex/core/check.cuh"
extern "C" __global__ void __launch_bounds__(flex::Check<Causal>::kThreads, flex::Check<Causal>::kMinBlocks)
flex_check(const __grid_constant__ flex::Check<Causal>::Arguments arguments,
    const __grid_constant__ Causal variant) {
  flex::Check<Causal>::run(arguments, variant);
}
#endif

#if defined(FLEX_EVALUATE)
#include "flex/core/evaluate.cuh"
extern "C" __global__ void __launch_bounds__(flex::Evaluate<Causal>::kThreads, flex::Evaluate<Causal>::kMinBlocks)
flex_evaluate(const __grid_constant__ flex::Evaluate<Causal>::Arguments arguments,
    const __grid_constant__ Causal variant) {
  flex::Evaluate<Causal>::run(arguments, variant);
}
#endif

#if defined(FLEX_EVALUATE_GRADIENT)
#include "flex/core/evaluate_gradient.cuh"
extern "C" __global__ void __launch_bounds__(flex::EvaluateGradient<Causal>::kThreads, flex::EvaluateGradient<Causal>::kMinBlocks)
flex_evaluate_gradient(const __grid_constant__ flex::EvaluateGradient<Causal>::Arguments arguments,
    const __grid_constant__ Causal variant) {
  flex::EvaluateGradient<Causal>::run(arguments, variant);
}
#endif
