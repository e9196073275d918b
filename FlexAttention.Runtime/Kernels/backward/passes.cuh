// The two kernels of every family but Hopper's. Both compute the scores, one by tiles of keys and one by tiles of
// queries, so that every gradient is summed up in registers, in one order: seven products in place of five, but
// no atomics, and no sums in global memory.
#pragma once

#include "flex/backward/key_pass.cuh"
#include "flex/backward/query_pass.cuh"

namespace flex {

/// Gradients of keys, values and captures.
template <typename Products, typename Variant>
struct BackwardByKeys {
  using Arguments = LearnedBackwardArguments<Variant::kLearnables>;

  static constexpr int kThreads = Products::kThreads;
  static constexpr int kMinBlocks = Products::kMinBlocks;
  /// Whether the sums of both dK and dV fit the registers: else the keys go through the queries twice.
  static constexpr bool kAtOnce = config::kHeadDim + config::kValueDim <= Products::kHeldColumns;

  static FLEX_DEVICE void run(const Arguments& arguments, const Variant& variant) {
    if constexpr (kAtOnce) {
      pass<config::kNeedsKey, config::kNeedsValue, config::kNeedsCaptures>(arguments, variant);
    } else {
      if constexpr (config::kNeedsKey || config::kNeedsCaptures) {
        pass<config::kNeedsKey, false, config::kNeedsCaptures>(arguments, variant);
      }
      if constexpr (config::kNeedsValue) pass<false, true, false>(arguments, variant);
    }
  }

 private:
  template <bool kKey, bool kValue, bool kCaptures>
  static FLEX_DEVICE void pass(const Arguments& arguments, const Variant& variant) {
    using Pass = KeyPass<Products, Variant, kKey, kValue, kCaptures>;
    extern __shared__ uint4 shared[];
    __shared__ typename Pass::Statics statics;
    Pass(arguments, variant, statics, reinterpret_cast<config::Element*>(shared)).run();
  }
};

/// Gradients of queries.
template <typename Products, typename Variant>
struct BackwardByQueries {
  using Arguments = LearnedBackwardArguments<Variant::kLearnables>;

  static constexpr int kThreads = Products::kThreads;
  static constexpr int kMinBlocks = Products::kMinBlocks;

  static FLEX_DEVICE void run(const Arguments& arguments, const Variant& variant) {
    using Pass = QueryPass<Products, Variant>;
    extern __shared__ uint4 shared[];
    __shared__ typename Pass::Statics statics;
    Pass(arguments, variant, statics, reinterpret_cast<config::Element*>(shared)).run();
  }
};

}  // namespace flex
