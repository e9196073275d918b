// FlexAttention.Tests.Variants.PositionBiases.Alibi, generated from C#:
//   [AttentionVariant(Mask = nameof(Causal))]
//   public static partial float Alibi(float score, int b, int h, int q, int kv, [Learnable] ReadOnlySpan<float> slopes) =>
//       score + (slopes[h] * (kv - q));
#include "flex/variant.cuh"

struct Alibi {
  flex::Buffer<float, 1> slopes;

  static constexpr bool kHasDerivative = false;
  static constexpr int kLearnables = 1;
  static constexpr bool kLearnsFromScore = false;
  static constexpr bool kHasScore = true;
  static constexpr bool kScoreIsLog2 = false;
  static constexpr float kScoreFactor = 1.0f;
  static constexpr bool kHasShift = true;
  static constexpr bool kHasMask = true;
  static constexpr bool kMasksKeySets = false;
  static constexpr int kSpecialFunctions = 0;

  struct Head {
    float v0;
  };  // once a tile
  struct Row {};
  struct Column {};

  FLEX_DEVICE Head head(float scale, int b, int h) const {
    Head head;
#line 20 "PositionBiases.cs"
    head.v0 = slopes(h) * (1.0f / scale);
#line 32 "Alibi.cu"
    return head;
  }
  template <typename Q>
  FLEX_DEVICE Row row(const Head& head, int b, int h, Q q) const { return {}; }
  template <typename Kv>
  FLEX_DEVICE Column column(const Head& head, int b, int h, Kv kv) const { return {}; }

  // In units of the dot product: method(scale * dot) / scale.
  template <typename Q, typename Kv>
  FLEX_DEVICE float score(const Head& head, const Row& row, const Column& column,
                          float dot, int b, int h, Q q, Kv kv) const {
#line 20 "PositionBiases.cs"
    return dot + flex::scaled_offset(head.v0, kv - q);
#line 46 "Alibi.cu"
  }

  // What the score of every key of a tile lacks.
  template <typename Q, typename Kv>
  FLEX_DEVICE float shift(const Head& head, const Row& row, int b, int h, Q q, Kv kv) const {
#line 20 "PositionBiases.cs"
    return flex::scaled_base(head.v0, kv - q);
#line 54 "Alibi.cu"
  }

  template <typename Q, typename Kv>
  FLEX_DEVICE bool mask(const Head& head, const Row& row, const Column& column,
                        int b, int h, Q q, Kv kv) const {
#line 15 "PositionBiases.cs"
    return kv <= q;
#line 62 "Alibi.cu"
  }
#if defined(FLEX_BACKWARD) || defined(FLEX_EVALUATE_GRADIENT)

  static constexpr int kHeadSums = 1;
  static constexpr int kQuerySums = 0;
  static constexpr int kKeySums = 0;
  static constexpr int kDistanceSums = 0;
  static constexpr bool kHasUniformSums = false;

  // What a pair adds to the gradients of captures; the gradient is that of its score.
  template <typename Q, typename Kv, typename Sums>
  FLEX_DEVICE void learn(const Head& head, const Row& row, const Column& column,
                         float dot, int b, int h, Q q, Kv kv, float gradient, Sums& sums) const {
    sums.template add_to_head<0>(flex::contribution(gradient, flex::to_float(kv - q)));
  }

  template <typename Sums>
  FLEX_DEVICE void write_head(int b, int h, const float (&totals)[kHeadSums], Sums& sums) const {
    sums.template add<0>(totals[0], h);
  }
#endif

  // The methods as written, in natural units.
  FLEX_DEVICE float evaluate_score(float score, int b, int h, int q, int kv) const {
#line 20 "PositionBiases.cs"
    return score + flex::mul(slopes(h), flex::to_float(kv - q));
#line 89 "Alibi.cu"
  }
  FLEX_DEVICE bool evaluate_mask(int b, int h, int q, int kv) const {
#line 15 "PositionBiases.cs"
    return kv <= q;
#line 94 "Alibi.cu"
  }

  // Every captured access of one pair, with its range.
  FLEX_DEVICE void check(flex::Checker& checker, int b, int h, int q, int kv) const {
    if (!(kv <= q)) return;
#line 20 "PositionBiases.cs"
    checker.index(0, 0, h, slopes.extent[0]);
#line 102 "Alibi.cu"
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
extern "C" __global__ void __launch_bounds__(flex::Forward<Alibi>::kThreads, flex::Forward<Alibi>::kMinBlocks)
flex_forward(const __grid_constant__ flex::Forward<Alibi>::Arguments arguments,
    const __grid_constant__ Alibi variant) {
  flex::Forward<Alibi>::run(arguments, variant);
}
#if FLEX_SPLIT_KEYS
extern "C" __global__ void __launch_bounds__(flex::ForwardCombine<Alibi>::kThreads, flex::ForwardCombine<Alibi>::kMinBlocks)
flex_forward_combine(const __grid_constant__ flex::Forward<Alibi>::Arguments arguments,
    const __grid_constant__ Alibi variant) {
  flex::ForwardCombine<Alibi>::run(arguments, variant);
}
#endif
#endif

#if defined(FLEX_BACKWARD)
#include "flex/backward/backward.cuh"
extern "C" __global__ void __launch_bounds__(flex::BackwardPrepare<Alibi>::kThreads, flex::BackwardPrepare<Alibi>::kMinBlocks)
flex_backward_prepare(const __grid_constant__ flex::Backward<Alibi>::Arguments arguments,
    const __grid_constant__ Alibi variant) {
  flex::BackwardPrepare<Alibi>::run(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::Backward<Alibi>::kThreads, flex::Backward<Alibi>::kMinBlocks)
flex_backward(const __grid_constant__ flex::Backward<Alibi>::Arguments arguments,
    const __grid_constant__ Alibi variant) {
  flex::Backward<Alibi>::run(arguments, variant);
}
#if !FLEX_HOPPER
extern "C" __global__ void __launch_bounds__(flex::BackwardQuery<Alibi>::kThreads, flex::BackwardQuery<Alibi>::kMinBlocks)
flex_backward_query(const __grid_constant__ flex::Backward<Alibi>::Arguments arguments,
    const __grid_constant__ Alibi variant) {
  flex::BackwardQuery<Alibi>::run(arguments, variant);
}
#endif
extern "C" __global__ void __launch_bounds__(flex::BackwardFinish<Alibi>::kThreads, flex::BackwardFinish<Alibi>::kMinBlocks)
flex_backward_finish(const __grid_constant__ flex::Backward<Alibi>::Arguments arguments,
    const __grid_constant__ Alibi variant) {
  flex::BackwardFinish<Alibi>::run(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BackwardRecover<Alibi>::kThreads, flex::BackwardRecover<Alibi>::kMinBlocks)
flex_backward_recover(const __grid_constant__ flex::Backward<Alibi>::Arguments arguments,
    const __grid_constant__ Alibi variant) {
  flex::BackwardRecover<Alibi>::run(arguments, variant);
}
#endif

#if defined(FLEX_BLOCK_MASK)
#include "flex/blockmask/blockmask.cuh"
extern "C" __global__ void __launch_bounds__(flex::BoundsTableBuilder<Alibi>::kThreads, flex::BoundsTableBuilder<Alibi>::kMinBlocks)
flex_block_mask_leaves(const __grid_constant__ flex::BlockMask<Alibi>::Arguments arguments,
    const __grid_constant__ Alibi variant) {
  flex::BoundsTableBuilder<Alibi>::leaves(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BoundsTableBuilder<Alibi>::kThreads, flex::BoundsTableBuilder<Alibi>::kMinBlocks)
flex_block_mask_levels(const __grid_constant__ flex::BlockMask<Alibi>::Arguments arguments,
    const __grid_constant__ Alibi variant) {
  flex::BoundsTableBuilder<Alibi>::levels(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMask<Alibi>::kThreads, flex::BlockMask<Alibi>::kMinBlocks)
flex_block_mask_list(const __grid_constant__ flex::BlockMask<Alibi>::Arguments arguments,
    const __grid_constant__ Alibi variant) {
  flex::BlockMask<Alibi>::list(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMask<Alibi>::kThreads, flex::BlockMask<Alibi>::kMinBlocks)
flex_block_mask_count(const __grid_constant__ flex::BlockMask<Alibi>::Arguments arguments,
    const __grid_constant__ Alibi variant) {
  flex::BlockMask<Alibi>::count(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMaskScan<Alibi>::kThreads, flex::BlockMaskScan<Alibi>::kMinBlocks)
flex_block_mask_scan(const __grid_constant__ flex::BlockMask<Alibi>::Arguments arguments,
    const __grid_constant__ Alibi variant) {
  flex::BlockMaskScan<Alibi>::run(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMask<Alibi>::kThreads, flex::BlockMask<Alibi>::kMinBlocks)
flex_block_mask_fill(const __grid_constant__ flex::BlockMask<Alibi>::Arguments arguments,
    const __grid_constant__ Alibi variant) {
  flex::BlockMask<Alibi>::fill(arguments, variant);
}
#endif

#if defined(FLEX_CHECK)
#include "flex/core/check.cuh"
extern "C" __global__ void __launch_bounds__(flex::Check<Alibi>::kThreads, flex::Check<Alibi>::kMinBlocks)
flex_check(const __grid_constant__ flex::Check<Alibi>::Arguments arguments,
    const __grid_constant__ Alibi variant) {
  flex::Check<Alibi>::run(arguments, variant);
}
#endif

#if defined(FLEX_EVALUATE)
#include "flex/core/evaluate.cuh"
extern "C" __global__ void __launch_bounds__(flex::Evaluate<Alibi>::kThreads, flex::Evaluate<Alibi>::kMinBlocks)
flex_evaluate(const __grid_constant__ flex::Evaluate<Alibi>::Arguments arguments,
    const __grid_constant__ Alibi variant) {
  flex::Evaluate<Alibi>::run(arguments, variant);
}
#endif

#if defined(FLEX_EVALUATE_GRADIENT)
#include "flex/core/evaluate_gradient.cuh"
extern "C" __global__ void __launch_bounds__(flex::EvaluateGradient<Alibi>::kThreads, flex::EvaluateGradient<Alibi>::kMinBlocks)
flex_evaluate_gradient(const __grid_constant__ flex::EvaluateGradient<Alibi>::Arguments arguments,
    const __grid_constant__ Alibi variant) {
  flex::EvaluateGradient<Alibi>::run(arguments, variant);
}
#endif
