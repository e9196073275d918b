// The checked mode: runs a variant's checks over all pairs.
#pragma once

#include "flex/core/checker.cuh"
#include "flex/core/types.cuh"

namespace flex {

/// Mirrored by CheckArguments in C#.
struct CheckArguments {
  CheckRecord* record;
  int batch;
  int heads;
  int q_length;
  int kv_length;
};

/// Checks every pair: blocks stride over the queries of all heads, threads over the keys.
template <typename Variant>
struct Check {
  using Arguments = CheckArguments;

  static constexpr int kThreads = 128;
  static constexpr int kMinBlocks = 1;

  static FLEX_DEVICE void run(const CheckArguments& arguments, const Variant& variant) {
    const i64 rows = static_cast<i64>(arguments.batch) * arguments.heads * arguments.q_length;
    for (i64 row = blockIdx.x; row < rows; row += gridDim.x) {
      const int q = static_cast<int>(row % arguments.q_length);
      const int bh = static_cast<int>(row / arguments.q_length);
      Checker checker{arguments.record, bh / arguments.heads, bh % arguments.heads, q, 0};
      for (int kv = threadIdx.x; kv < arguments.kv_length; kv += blockDim.x) {
        checker.kv = kv;
        variant.check(checker, checker.b, checker.h, q, kv);
      }
      if (*const_cast<volatile int*>(&arguments.record->flag) != 0) return;
    }
  }
};

}  // namespace flex
