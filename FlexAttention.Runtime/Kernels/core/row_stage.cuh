// What a variant computes once per row, kept in shared memory: the registers belong to the products.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

template <typename Row, int kRows, bool kEmpty = __is_empty(Row)>
struct RowStage {
  Row* rows;

  template <typename Hooks>
  FLEX_DEVICE void fill(const Hooks& hooks, int q_start) {
    __shared__ Row stage[kRows];
    rows = stage;
    for (int i = threadIdx.x; i < kRows; i += blockDim.x) rows[i] = hooks.row(q_start + i);
  }

  FLEX_DEVICE Row read(int row) const { return rows[row]; }
};

template <typename Row, int kRows>
struct RowStage<Row, kRows, true> {
  template <typename Hooks>
  FLEX_DEVICE void fill(const Hooks&, int) {}

  FLEX_DEVICE Row read(int) const { return {}; }
};

}  // namespace flex
