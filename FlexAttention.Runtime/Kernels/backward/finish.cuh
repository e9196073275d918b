// After the backward kernels: sums in the workspace become results.
#pragma once

#include "flex/backward/targets.cuh"
#include "flex/backward/work.cuh"
#include "flex/core/hooks.cuh"
#include "flex/core/math.cuh"

#if FLEX_HOPPER
#include "flex/backward/query_sums.cuh"
#endif

namespace flex {

/// The grid is (tiles of kBlockM queries on Hopper where dq is wanted, else 1; q heads; batch). The first block
/// of a head has its sink, and all blocks share the captures.
template <typename Variant>
struct BackwardFinish {
  using Arguments = BackwardUnitArguments<Variant>;

  static constexpr int kThreads = 128;
  static constexpr int kMinBlocks = 1;

  static FLEX_DEVICE void run(const Arguments& arguments, const Variant&) {
    const auto& problem = problem_of(arguments);
#if FLEX_HOPPER
    if constexpr (config::kNeedsQuery) {
      const int start = blockIdx.x * config::kBlockM;
      if (start < problem.forward.q_length) {  // captures may have asked for more blocks than there are tiles
        QuerySums::finish<VariantHooks<Variant>::kMayReject>(
            problem, {static_cast<int>(blockIdx.z), static_cast<int>(blockIdx.y)}, start);
      }
    }
#endif
    if constexpr (config::kNeedsSinks) {
      if (blockIdx.x == 0 && blockIdx.z == 0) add_sink(problem, blockIdx.y);
    }
    if constexpr (config::kNeedsCaptures && config::kReproducible) {
      const FixedSum* sums = problem.capture_sums;
      for (int target = 0; target < Variant::kLearnables; ++target) {
        convert(sums, problem.captures[target], capture_exponent(problem));
        sums += element_count(problem.captures[target]);
      }
    }
  }

 private:
  /// A sink is a logit without a value: its gradient is minus its share of the mean, over all rows of the head.
  static FLEX_DEVICE void add_sink(const BackwardArguments& problem, int h) {
    const float sink = problem.forward.sinks[h] * kLog2E;
    float sum = 0.0f;
    for (int b = 0; b < problem.forward.batch; ++b) {
      const i64 first = workspace_row(problem, {b, h});
      for (int q = threadIdx.x; q < problem.forward.q_length; q += kThreads) {
        const float probability = exp2_approx(sink - problem.lse_log2[first + q]);
        if (probability != 0.0f) sum -= probability * problem.delta[first + q];
      }
    }
    __shared__ float sums[kThreads];
    sums[threadIdx.x] = sum;
    for (int count = kThreads / 2; count > 0; count /= 2) {
      __syncthreads();
      if (threadIdx.x < count) sums[threadIdx.x] += sums[threadIdx.x + count];
    }
    if (threadIdx.x == 0) problem.d_sinks[h] = sums[0];
  }

  /// From fixed point to what the caller reads; what has become NaN stays NaN.
  static FLEX_DEVICE void convert(const FixedSum* sums, const GradientTarget& target, int exponent) {
    const double unit = ldexp(1.0, exponent);
    for_each_in_grid(element_count(target), [&target, sums, unit](i64 i) {
      float& element = element_of(target, i);
      if (!is_nan(element)) element = static_cast<float>(sums[i].value() * unit);
    });
  }
};

}  // namespace flex
