// FlexAttention.Tests.Variants.Softcaps.SoftcapCausal, generated from C#:
//   [AttentionVariant(Mask = nameof(Causal))]
//   public static partial float SoftcapCausal(float score, int b, int h, int q, int kv, [Learnable] float cap) =>
//       Softcap(score, b, h, q, kv, cap);
#include "flex/variant.cuh"

struct SoftcapCausal {
  float cap;

  static constexpr bool kHasDerivative = true;
  static constexpr int kLearnables = 1;
  static constexpr bool kLearnsFromScore = true;
  static constexpr bool kHasScore = true;
  static constexpr bool kScoreIsLog2 = true;
  static constexpr float kScoreFactor = 1.0f;
  static constexpr bool kHasShift = false;
  static constexpr bool kHasMask = true;
  static constexpr bool kMasksKeySets = false;
  static constexpr int kSpecialFunctions = 1;

  struct Head {
    float v0;
  };  // once a tile
  struct Row {};
  struct Column {};

  FLEX_DEVICE Head head(float scale, int b, int h) const {
    Head head;
#line 13 "Softcaps.cs"
    head.v0 = scale * (1.0f / cap);
#line 32 "SoftcapCausal.cu"
    return head;
  }
  template <typename Q>
  FLEX_DEVICE Row row(const Head& head, int b, int h, Q q) const { return {}; }
  template <typename Kv>
  FLEX_DEVICE Column column(const Head& head, int b, int h, Kv kv) const { return {}; }

  // In log2 units, over the factor: log2(e) * method(scale * dot) / kScoreFactor.
  template <typename Q, typename Kv>
  FLEX_DEVICE float score(const Head& head, const Row& row, const Column& column,
                          float dot, int b, int h, Q q, Kv kv) const {
    return cap * flex::kLog2E * flex::fast_tanh(dot * head.v0);
  }

  template <typename Q, typename Kv>
  FLEX_DEVICE bool mask(const Head& head, const Row& row, const Column& column,
                        int b, int h, Q q, Kv kv) const {
#line 8 "Softcaps.cs"
    return kv <= q;
#line 52 "SoftcapCausal.cu"
  }
#if defined(FLEX_BACKWARD) || defined(FLEX_EVALUATE_GRADIENT)

  // The score, and the method's derivative by the score that enters.
  template <typename Q, typename Kv>
  FLEX_DEVICE float score_and_derivative(const Head& head, const Row& row, const Column& column,
                                         float dot, int b, int h, Q q, Kv kv, float& derivative) const {
#line 13 "Softcaps.cs"
    const float v1 = flex::fast_tanh(dot * head.v0);
#line 62 "SoftcapCausal.cu"
    derivative = 1.0f - v1 * v1;
    return cap * flex::kLog2E * v1;
  }

  static constexpr int kHeadSums = 1;
  static constexpr int kQuerySums = 0;
  static constexpr int kKeySums = 0;
  static constexpr int kDistanceSums = 0;
  static constexpr bool kHasUniformSums = false;

  // What a pair adds to the gradients of captures; the gradient is that of its score.
  template <typename Q, typename Kv, typename Sums>
  FLEX_DEVICE void learn(const Head& head, const Row& row, const Column& column,
                         float dot, int b, int h, Q q, Kv kv, float gradient, Sums& sums) const {
#line 13 "Softcaps.cs"
    const float v1 = dot * head.v0;
#line 13 "Softcaps.cs"
    const float v2 = flex::fast_tanh(v1);
#line 81 "SoftcapCausal.cu"
    sums.template add_to_head<0>(flex::contribution(gradient, v2 - v1 * (1.0f - v2 * v2)));
  }

  template <typename Sums>
  FLEX_DEVICE void write_head(int b, int h, const float (&totals)[kHeadSums], Sums& sums) const {
    sums.template add<0>(totals[0]);
  }
#endif

  // The methods as written, in natural units.
  FLEX_DEVICE float evaluate_score(float score, int b, int h, int q, int kv) const {
#line 13 "Softcaps.cs"
    return cap * flex::tanh(score / cap);
#line 95 "SoftcapCausal.cu"
  }
  FLEX_DEVICE bool evaluate_mask(int b, int h, int q, int kv) const {
#line 8 "Softcaps.cs"
    return kv <= q;
#line 100 "SoftcapCausal.cu"
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
extern "C" __global__ void __launch_bounds__(flex::Forward<SoftcapCausal>::kThreads, flex::Forward<SoftcapCausal>::kMinBlocks)
flex_forward(const __grid_constant__ flex::Forward<SoftcapCausal>::Arguments arguments,
    const __grid_constant__ SoftcapCausal variant) {
  flex::Forward<SoftcapCausal>::run(arguments, variant);
}
#if FLEX_SPLIT_KEYS
extern "C" __global__ void __launch_bounds__(flex::ForwardCombine<SoftcapCausal>::kThreads, flex::ForwardCombine<SoftcapCausal>::kMinBlocks)
flex_forward_combine(const __grid_constant__ flex::Forward<SoftcapCausal>::Arguments arguments,
    const __grid_constant__ SoftcapCausal variant) {
  flex::ForwardCombine<SoftcapCausal>::run(arguments, variant);
}
#endif
#endif

#if defined(FLEX_BACKWARD)
#include "flex/backward/backward.cuh"
extern "C" __global__ void __launch_bounds__(flex::BackwardPrepare<SoftcapCausal>::kThreads, flex::BackwardPrepare<SoftcapCausal>::kMinBlocks)
flex_backward_prepare(const __grid_constant__ flex::Backward<SoftcapCausal>::Arguments arguments,
    const __grid_constant__ SoftcapCausal variant) {
  flex::BackwardPrepare<SoftcapCausal>::run(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::Backward<SoftcapCausal>::kThreads, flex::Backward<SoftcapCausal>::kMinBlocks)
flex_backward(const __grid_constant__ flex::Backward<SoftcapCausal>::Arguments arguments,
    const __grid_constant__ SoftcapCausal variant) {
  flex::Backward<SoftcapCausal>::run(arguments, variant);
}
#if !FLEX_HOPPER
extern "C" __global__ void __launch_bounds__(flex::BackwardQuery<SoftcapCausal>::kThreads, flex::BackwardQuery<SoftcapCausal>::kMinBlocks)
flex_backward_query(const __grid_constant__ flex::Backward<SoftcapCausal>::Arguments arguments,
    const __grid_constant__ SoftcapCausal variant) {
  flex::BackwardQuery<SoftcapCausal>::run(arguments, variant);
}
#endif
extern "C" __global__ void __launch_bounds__(flex::BackwardFinish<SoftcapCausal>::kThreads, flex::BackwardFinish<SoftcapCausal>::kMinBlocks)
flex_backward_finish(const __grid_constant__ flex::Backward<SoftcapCausal>::Arguments arguments,
    const __grid_constant__ SoftcapCausal variant) {
  flex::BackwardFinish<SoftcapCausal>::run(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BackwardRecover<SoftcapCausal>::kThreads, flex::BackwardRecover<SoftcapCausal>::kMinBlocks)
flex_backward_recover(const __grid_constant__ flex::Backward<SoftcapCausal>::Arguments arguments,
    const __grid_constant__ SoftcapCausal variant) {
  flex::BackwardRecover<SoftcapCausal>::run(arguments, variant);
}
#endif

#if defined(FLEX_BLOCK_MASK)
#include "flex/blockmask/blockmask.cuh"
extern "C" __global__ void __launch_bounds__(flex::BoundsTableBuilder<SoftcapCausal>::kThreads, flex::BoundsTableBuilder<SoftcapCausal>::kMinBlocks)
flex_block_mask_leaves(const __grid_constant__ flex::BlockMask<SoftcapCausal>::Arguments arguments,
    const __grid_constant__ SoftcapCausal variant) {
  flex::BoundsTableBuilder<SoftcapCausal>::leaves(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BoundsTableBuilder<SoftcapCausal>::kThreads, flex::BoundsTableBuilder<SoftcapCausal>::kMinBlocks)
flex_block_mask_levels(const __grid_constant__ flex::BlockMask<SoftcapCausal>::Arguments arguments,
    const __grid_constant__ SoftcapCausal variant) {
  flex::BoundsTableBuilder<SoftcapCausal>::levels(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMask<SoftcapCausal>::kThreads, flex::BlockMask<SoftcapCausal>::kMinBlocks)
flex_block_mask_list(const __grid_constant__ flex::BlockMask<SoftcapCausal>::Arguments arguments,
    const __grid_constant__ SoftcapCausal variant) {
  flex::BlockMask<SoftcapCausal>::list(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMask<SoftcapCausal>::kThreads, flex::BlockMask<SoftcapCausal>::kMinBlocks)
flex_block_mask_count(const __grid_constant__ flex::BlockMask<SoftcapCausal>::Arguments arguments,
    const __grid_constant__ SoftcapCausal variant) {
  flex::BlockMask<SoftcapCausal>::count(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMaskScan<SoftcapCausal>::kThreads, flex::BlockMaskScan<SoftcapCausal>::kMinBlocks)
flex_block_mask_scan(const __grid_constant__ flex::BlockMask<SoftcapCausal>::Arguments arguments,
    const __grid_constant__ SoftcapCausal variant) {
  flex::BlockMaskScan<SoftcapCausal>::run(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMask<SoftcapCausal>::kThreads, flex::BlockMask<SoftcapCausal>::kMinBlocks)
flex_block_mask_fill(const __grid_constant__ flex::BlockMask<SoftcapCausal>::Arguments arguments,
    const __grid_constant__ SoftcapCausal variant) {
  flex::BlockMask<SoftcapCausal>::fill(arguments, variant);
}
#endif

#if defined(FLEX_CHECK)
#include "flex/core/check.cuh"
extern "C" __global__ void __launch_bounds__(flex::Check<SoftcapCausal>::kThreads, flex::Check<SoftcapCausal>::kMinBlocks)
flex_check(const __grid_constant__ flex::Check<SoftcapCausal>::Arguments arguments,
    const __grid_constant__ SoftcapCausal variant) {
  flex::Check<SoftcapCausal>::run(arguments, variant);
}
#endif

#if defined(FLEX_EVALUATE)
#include "flex/core/evaluate.cuh"
extern "C" __global__ void __launch_bounds__(flex::Evaluate<SoftcapCausal>::kThreads, flex::Evaluate<SoftcapCausal>::kMinBlocks)
flex_evaluate(const __grid_constant__ flex::Evaluate<SoftcapCausal>::Arguments arguments,
    const __grid_constant__ SoftcapCausal variant) {
  flex::Evaluate<SoftcapCausal>::run(arguments, variant);
}
#endif

#if defined(FLEX_EVALUATE_GRADIENT)
#include "flex/core/evaluate_gradient.cuh"
extern "C" __global__ void __launch_bounds__(flex::EvaluateGradient<SoftcapCausal>::kThreads, flex::EvaluateGradient<SoftcapCausal>::kMinBlocks)
flex_evaluate_gradient(const __grid_constant__ flex::EvaluateGradient<SoftcapCausal>::Arguments arguments,
    const __grid_constant__ SoftcapCausal variant) {
  flex::EvaluateGradient<SoftcapCausal>::run(arguments, variant);
}
#endif
