// FlexAttention.Tests.Variants.PositionBiases.HeadTable, generated from C#:
//   [AttentionVariant(Mask = nameof(Causal))]
//   public static partial float HeadTable(float score, int b, int h, int q, int kv, [Learnable] ReadOnlySpan2D<float> bias) =>
//       score + bias[h, q - kv];
#include "flex/variant.cuh"

struct HeadTable {
  flex::Buffer<float, 2> bias;

  static constexpr bool kHasDerivative = false;
  static constexpr int kLearnables = 1;
  static constexpr bool kLearnsFromScore = false;
  static constexpr bool kHasScore = true;
  static constexpr bool kScoreIsLog2 = false;
  static constexpr float kScoreFactor = 1.0f;
  static constexpr bool kHasShift = false;
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
#line 35 "PositionBiases.cs"
    head.v0 = 1.0f / scale;
#line 32 "HeadTable.cu"
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
#line 35 "PositionBiases.cs"
    return dot + bias(h, q - kv) * head.v0;
#line 46 "HeadTable.cu"
  }

  template <typename Q, typename Kv>
  FLEX_DEVICE bool mask(const Head& head, const Row& row, const Column& column,
                        int b, int h, Q q, Kv kv) const {
#line 15 "PositionBiases.cs"
    return kv <= q;
#line 54 "HeadTable.cu"
  }
#if defined(FLEX_BACKWARD) || defined(FLEX_EVALUATE_GRADIENT)

  static constexpr int kHeadSums = 0;
  static constexpr int kQuerySums = 0;
  static constexpr int kKeySums = 0;
  static constexpr int kDistanceSums = 1;
  static constexpr bool kHasUniformSums = false;

  // What a pair adds to the gradients of captures; the gradient is that of its score.
  template <typename Q, typename Kv, typename Sums>
  FLEX_DEVICE void learn(const Head& head, const Row& row, const Column& column,
                         float dot, int b, int h, Q q, Kv kv, float gradient, Sums& sums) const {
    sums.template add_to_distance<0>(gradient, q, kv);
  }

  template <typename Sums>
  FLEX_DEVICE void write_distance(int b, int h, int distance, const float (&totals)[kDistanceSums], Sums& sums) const {
    sums.template add<0>(totals[0], h, distance);
  }
#endif

  // The methods as written, in natural units.
  FLEX_DEVICE float evaluate_score(float score, int b, int h, int q, int kv) const {
#line 35 "PositionBiases.cs"
    return score + bias(h, q - kv);
#line 81 "HeadTable.cu"
  }
  FLEX_DEVICE bool evaluate_mask(int b, int h, int q, int kv) const {
#line 15 "PositionBiases.cs"
    return kv <= q;
#line 86 "HeadTable.cu"
  }

  // Every captured access of one pair, with its range.
  FLEX_DEVICE void check(flex::Checker& checker, int b, int h, int q, int kv) const {
    if (!(kv <= q)) return;
#line 35 "PositionBiases.cs"
    checker.index(0, 0, h, bias.extent[0]);
    checker.index(0, 1, q - kv, bias.extent[1]);
#line 95 "HeadTable.cu"
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
extern "C" __global__ void __launch_bounds__(flex::Forward<HeadTable>::kThreads, flex::Forward<HeadTable>::kMinBlocks)
flex_forward(const __grid_constant__ flex::Forward<HeadTable>::Arguments arguments,
    const __grid_constant__ HeadTable variant) {
  flex::Forward<HeadTable>::run(arguments, variant);
}
#if FLEX_SPLIT_KEYS
extern "C" __global__ void __launch_bounds__(flex::ForwardCombine<HeadTable>::kThreads, flex::ForwardCombine<HeadTable>::kMinBlocks)
flex_forward_combine(const __grid_constant__ flex::Forward<HeadTable>::Arguments arguments,
    const __grid_constant__ HeadTable variant) {
  flex::ForwardCombine<HeadTable>::run(arguments, variant);
}
#endif
#endif

#if defined(FLEX_BACKWARD)
#include "flex/backward/backward.cuh"
extern "C" __global__ void __launch_bounds__(flex::BackwardPrepare<HeadTable>::kThreads, flex::BackwardPrepare<HeadTable>::kMinBlocks)
flex_backward_prepare(const __grid_constant__ flex::Backward<HeadTable>::Arguments arguments,
    const __grid_constant__ HeadTable variant) {
  flex::BackwardPrepare<HeadTable>::run(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::Backward<HeadTable>::kThreads, flex::Backward<HeadTable>::kMinBlocks)
flex_backward(const __grid_constant__ flex::Backward<HeadTable>::Arguments arguments,
    const __grid_constant__ HeadTable variant) {
  flex::Backward<HeadTable>::run(arguments, variant);
}
#if !FLEX_HOPPER
extern "C" __global__ void __launch_bounds__(flex::BackwardQuery<HeadTable>::kThreads, flex::BackwardQuery<HeadTable>::kMinBlocks)
flex_backward_query(const __grid_constant__ flex::Backward<HeadTable>::Arguments arguments,
    const __grid_constant__ HeadTable variant) {
  flex::BackwardQuery<HeadTable>::run(arguments, variant);
}
#endif
extern "C" __global__ void __launch_bounds__(flex::BackwardFinish<HeadTable>::kThreads, flex::BackwardFinish<HeadTable>::kMinBlocks)
flex_backward_finish(const __grid_constant__ flex::Backward<HeadTable>::Arguments arguments,
    const __grid_constant__ HeadTable variant) {
  flex::BackwardFinish<HeadTable>::run(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BackwardRecover<HeadTable>::kThreads, flex::BackwardRecover<HeadTable>::kMinBlocks)
flex_backward_recover(const __grid_constant__ flex::Backward<HeadTable>::Arguments arguments,
    const __grid_constant__ HeadTable variant) {
  flex::BackwardRecover<HeadTable>::run(arguments, variant);
}
#endif

#if defined(FLEX_BLOCK_MASK)
#include "flex/blockmask/blockmask.cuh"
extern "C" __global__ void __launch_bounds__(flex::BoundsTableBuilder<HeadTable>::kThreads, flex::BoundsTableBuilder<HeadTable>::kMinBlocks)
flex_block_mask_leaves(const __grid_constant__ flex::BlockMask<HeadTable>::Arguments arguments,
    const __grid_constant__ HeadTable variant) {
  flex::BoundsTableBuilder<HeadTable>::leaves(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BoundsTableBuilder<HeadTable>::kThreads, flex::BoundsTableBuilder<HeadTable>::kMinBlocks)
flex_block_mask_levels(const __grid_constant__ flex::BlockMask<HeadTable>::Arguments arguments,
    const __grid_constant__ HeadTable variant) {
  flex::BoundsTableBuilder<HeadTable>::levels(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMask<HeadTable>::kThreads, flex::BlockMask<HeadTable>::kMinBlocks)
flex_block_mask_list(const __grid_constant__ flex::BlockMask<HeadTable>::Arguments arguments,
    const __grid_constant__ HeadTable variant) {
  flex::BlockMask<HeadTable>::list(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMask<HeadTable>::kThreads, flex::BlockMask<HeadTable>::kMinBlocks)
flex_block_mask_count(const __grid_constant__ flex::BlockMask<HeadTable>::Arguments arguments,
    const __grid_constant__ HeadTable variant) {
  flex::BlockMask<HeadTable>::count(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMaskScan<HeadTable>::kThreads, flex::BlockMaskScan<HeadTable>::kMinBlocks)
flex_block_mask_scan(const __grid_constant__ flex::BlockMask<HeadTable>::Arguments arguments,
    const __grid_constant__ HeadTable variant) {
  flex::BlockMaskScan<HeadTable>::run(arguments, variant);
}
extern "C" __global__ void __launch_bounds__(flex::BlockMask<HeadTable>::kThreads, flex::BlockMask<HeadTable>::kMinBlocks)
flex_block_mask_fill(const __grid_constant__ flex::BlockMask<HeadTable>::Arguments arguments,
    const __grid_constant__ HeadTable variant) {
  flex::BlockMask<HeadTable>::fill(arguments, variant);
}
#endif

#if defined(FLEX_CHECK)
#include "flex/core/check.cuh"
extern "C" __global__ void __launch_bounds__(flex::Check<HeadTable>::kThreads, flex::Check<HeadTable>::kMinBlocks)
flex_check(const __grid_constant__ flex::Check<HeadTable>::Arguments arguments,
    const __grid_constant__ HeadTable variant) {
  flex::Check<HeadTable>::run(arguments, variant);
}
#endif

#if defined(FLEX_EVALUATE)
#include "flex/core/evaluate.cuh"
extern "C" __global__ void __launch_bounds__(flex::Evaluate<HeadTable>::kThreads, flex::Evaluate<HeadTable>::kMinBlocks)
flex_evaluate(const __grid_constant__ flex::Evaluate<HeadTable>::Arguments arguments,
    const __grid_constant__ HeadTable variant) {
  flex::Evaluate<HeadTable>::run(arguments, variant);
}
#endif

#if defined(FLEX_EVALUATE_GRADIENT)
#include "flex/core/evaluate_gradient.cuh"
extern "C" __global__ void __launch_bounds__(flex::EvaluateGradient<HeadTable>::kThreads, flex::EvaluateGradient<HeadTable>::kMinBlocks)
flex_evaluate_gradient(const __grid_constant__ flex::EvaluateGradient<HeadTable>::Arguments arguments,
    const __grid_constant__ HeadTable variant) {
  flex::EvaluateGradient<HeadTable>::run(arguments, variant);
}
#endif
