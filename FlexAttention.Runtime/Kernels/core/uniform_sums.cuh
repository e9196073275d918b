// Sums of elements that are those of all pairs of a warp, but which of them a loop says at run time.
#pragma once

#include "flex/core/learned_targets.cuh"
#include "flex/core/pair_layout.cuh"

namespace flex::learned {

/// A table for each warp of the first elements of each capture. One lane adds, so that there are no atomics.
template <int kLearnables, bool kUsed>
struct UniformSums {
  static constexpr int kElements = 64;

  using Table = float[kLearnables][kElements];

  static FLEX_DEVICE Table& table() {
    __shared__ Table tables[PairLayout::kWarps];
    return tables[PairLayout::warp()];
  }

  FLEX_DEVICE UniformSums() {
    for (int i = thread_index() % 32; i < kLearnables * kElements; i += 32) {
      table()[i / kElements][i % kElements] = 0.0f;
    }
    __syncwarp();
  }

  /// One lane.
  template <int kCapture, typename... Index>
  FLEX_DEVICE void add(const LearnedTargets<kLearnables>& targets, float value, Index... indices) const {
    const i64 offset = targets.template offset_of<kCapture>(indices...);
    if (static_cast<u64>(offset) < kElements) {
      table()[kCapture][offset] += value;
    } else {
      targets.template add<kCapture>(value, indices...);
    }
  }

  /// Writes the sums and starts anew. Whole warps.
  FLEX_DEVICE void flush(const LearnedTargets<kLearnables>& targets) const {
    __syncwarp();
    flush_from<0>(targets);
    __syncwarp();
  }

 private:
  template <int kCapture>
  static FLEX_DEVICE void flush_from(const LearnedTargets<kLearnables>& targets) {
    if constexpr (kCapture < kLearnables) {
      for (int i = thread_index() % 32; i < kElements; i += 32) {
        float& sum = table()[kCapture][i];
        if (sum != 0.0f) targets.template add_at<kCapture>(i, sum);
        sum = 0.0f;
      }
      flush_from<kCapture + 1>(targets);
    }
  }
};

template <int kLearnables>
struct UniformSums<kLearnables, false> {
  FLEX_DEVICE void flush(const LearnedTargets<kLearnables>&) const {}
};

}  // namespace flex::learned
