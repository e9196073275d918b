// Runs a variant's methods as written, and as the hooks that kernels call, one point a thread, to compare
// them with C#.
#pragma once

#include "flex/core/math.cuh"
#include "flex/core/pair_forms.cuh"
#include "flex/core/types.cuh"

namespace flex {

/// Mirrored by EvaluateArguments in C#.
struct EvaluateArguments {
  const float* scores;
  const int* b;
  const int* h;
  const int* q;
  const int* kv;
  float* score_results;  // the score itself where the variant has no score method
  int* mask_results;     // 1: kept, 0: rejected; 1 where it has no mask method
  float* hook_scores;    // the same by the hooks, in natural units, of queries and keys in two parts
  int* hook_masks;
  int count;
};

template <typename Variant>
struct Evaluate {
  using Arguments = EvaluateArguments;

  static constexpr int kThreads = 128;
  static constexpr int kMinBlocks = 1;

  static FLEX_DEVICE void run(const EvaluateArguments& arguments, const Variant& variant) {
    const int step = gridDim.x * blockDim.x;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < arguments.count; i += step) {
      const int b = arguments.b[i];
      const int h = arguments.h[i];
      const int q = arguments.q[i];
      const int kv = arguments.kv[i];
      arguments.score_results[i] = variant.evaluate_score(arguments.scores[i], b, h, q, kv);
      arguments.mask_results[i] = variant.evaluate_mask(b, h, q, kv);
      visit_form(q, kv, i, Hooks{arguments, variant, i, b, h});
    }
  }

 private:
  /// The hooks at one point.
  struct Hooks {
    const EvaluateArguments& arguments;
    const Variant& variant;
    int i;
    int b;
    int h;

    template <typename Q, typename Kv>
    FLEX_DEVICE void operator()(Q q, Kv kv) const {
      float score = arguments.scores[i];
      const auto head = variant.head(1.0f, b, h);
      const auto row = variant.row(head, b, h, q);
      const auto column = variant.column(head, b, h, kv);
      if constexpr (Variant::kHasScore) {
        score = variant.score(head, row, column, score, b, h, q, kv);
        if constexpr (Variant::kHasShift) score += variant.shift(head, row, b, h, q, kv);
        if constexpr (Variant::kScoreIsLog2) score *= Variant::kScoreFactor * kLn2;
      }
      bool kept = true;
      if constexpr (Variant::kHasMask) kept = variant.mask(head, row, column, b, h, q, kv);
      if constexpr (Variant::kMasksKeySets) {
        if (i / 3 % 2 == 0) kept = kept_in_set(head, row, q, kv);
      }
      arguments.hook_scores[i] = score;
      arguments.hook_masks[i] = kept;
    }

    /// The mask's answer for all keys of a set of which this is one.
    template <typename Head, typename Row>
    FLEX_DEVICE bool kept_in_set(const Head& head, const Row& row, int q, int kv) const {
      const int bit = kv < KeySet::kWidth ? 0 : i / 6 % KeySet::kBits;
      return variant.mask_keys(head, row, b, h, q, KeySet{kv - KeySet::offset(bit)}) >> bit & 1;
    }
  };
};

}  // namespace flex
