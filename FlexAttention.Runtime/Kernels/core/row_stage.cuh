// What a variant computes once per row, kept in shared memory: the registers belong to the products.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

template <typename Row, int kRows, bool kEmpty = __is_empty(Row)>
struct RowStage {
  Row* rows;

  /// Computes all rows, by all threads of the block; a barrier has to follow.
  template <typename Hooks>
  FLEX_DEVICE void fill(const Hooks& hooks, int q_start) {
    fill(hooks, q_start, 0, kRows, threadIdx.x, blockDim.x);
  }

  /// Computes `count` rows from `first` on, by `threads` threads.
  template <typename Hooks>
  FLEX_DEVICE void fill(const Hooks& hooks, int q_start, int first, int count, int thread, int threads) {
    __shared__ Row stage[kRows];
    rows = stage;
    for (int i = first + thread; i < first + count; i += threads) rows[i] = hooks.row(q_start + i);
  }

  FLEX_DEVICE Row read(int row) const { return rows[row]; }
};

template <typename Row, int kRows>
struct RowStage<Row, kRows, true> {
  template <typename Hooks>
  FLEX_DEVICE void fill(const Hooks&, int) {}

  template <typename Hooks>
  FLEX_DEVICE void fill(const Hooks&, int, int, int, int, int) {}

  FLEX_DEVICE Row read(int) const { return {}; }
};

}  // namespace flex
