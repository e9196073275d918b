// Builds a block mask: which blocks of (query, key) pairs a mask keeps in full, in part, or not at all. Two
// passes over the rows, so that memory is what the lists need and no more, and a sum of counts between them.
#pragma once

#include "flex/blockmask/arguments.cuh"
#include "flex/blockmask/block_row.cuh"
#include "flex/blockmask/tables.cuh"

namespace flex {

template <typename Variant>
struct BlockMask {
  using Arguments = BlockMaskArguments;

  static constexpr int kWarps = 4;
  static constexpr int kThreads = 32 * kWarps;
  static constexpr int kMinBlocks = 1;

  /// Writes each row's number of blocks as the end of its range. A warp a row.
  static FLEX_DEVICE void count(const BlockMaskArguments& arguments, const Variant& variant) {
    const int row = blockIdx.x * kWarps + threadIdx.x / 32;
    if (row >= arguments.rows) return;
    BlockRow<Variant, BlockCounter> blocks(arguments, variant, row, {});
    blocks.visit();
    if (threadIdx.x % 32 == 0) {
      arguments.partial_ranges[row].y = blocks.found.partial;
      arguments.full_ranges[row].y = blocks.found.full;
    }
  }

  /// Writes the indices, where the ranges begin that are summed up.
  static FLEX_DEVICE void fill(const BlockMaskArguments& arguments, const Variant& variant) {
    const int row = blockIdx.x * kWarps + threadIdx.x / 32;
    if (row >= arguments.rows) return;
    const BlockWriter writer{arguments.partial_indices + arguments.partial_ranges[row].x,
                             arguments.full_indices + arguments.full_ranges[row].x};
    BlockRow<Variant, BlockWriter>(arguments, variant, row, writer).visit();
  }
};

/// Turns the counts of all rows into ranges. One block.
template <typename Variant>
struct BlockMaskScan {
  using Arguments = BlockMaskArguments;

  static constexpr int kThreads = 1024;
  static constexpr int kMinBlocks = 1;

  static FLEX_DEVICE void run(const BlockMaskArguments& arguments, const Variant&) {
    scan(arguments.partial_ranges, arguments.rows, arguments.totals[0]);
    scan(arguments.full_ranges, arguments.rows, arguments.totals[1]);
  }

 private:
  /// The host refuses a total that an int does not hold.
  static FLEX_DEVICE void scan(int2* ranges, int rows, i64& total) {
    __shared__ i64 warps[32];
    const int lane = threadIdx.x % 32;
    const int warp = threadIdx.x / 32;
    i64 before = 0;
    for (int first = 0; first < rows; first += kThreads) {
      const int row = first + threadIdx.x;
      const int count = row < rows ? ranges[row].y : 0;
      const i64 sum = sum_of_lanes(count);
      if (lane == 31) warps[warp] = sum;
      __syncthreads();
      if (warp == 0) warps[lane] = sum_of_lanes(warps[lane]);
      __syncthreads();
      const int end = static_cast<int>(before + sum + (warp > 0 ? warps[warp - 1] : 0));
      if (row < rows) ranges[row] = {end - count, end};
      before += warps[31];
      __syncthreads();
    }
    if (threadIdx.x == 0) total = before;
  }

  static FLEX_DEVICE i64 sum_of_lanes(i64 value) {
    FLEX_UNROLL
    for (int distance = 1; distance < 32; distance *= 2) {
      const i64 other = __shfl_up_sync(~0u, value, distance);
      if (threadIdx.x % 32 >= distance) value += other;
    }
    return value;
  }
};

}  // namespace flex
