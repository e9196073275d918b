// Runs a variant's methods as written, one point a thread, to compare them with C#.
#pragma once

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
    }
  }
};

}  // namespace flex
