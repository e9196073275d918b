// Builds a block mask: which blocks of (query, key) pairs a mask keeps in full, in part, or not at all. Small
// masks are written in one pass, every row where it has room for all blocks; of large ones one pass counts, so
// that memory is what the lists need and no more, and after a sum of the counts another writes.
#pragma once

#include "flex/blockmask/proven_row.cuh"
#include "flex/blockmask/regrouped_row.cuh"
#include "flex/blockmask/tables.cuh"

namespace flex {

/// A warp a row.
template <typename Variant>
struct BlockMask {
  using Arguments = BlockMaskArguments;

  static constexpr int kWarps = 8;
  static constexpr int kThreads = 32 * kWarps;
  static constexpr int kMinBlocks = 1;

  /// Writes each row's number of blocks as the end of its range.
  static FLEX_DEVICE void count(const BlockMaskArguments& arguments, const Variant& variant) {
    const int row = blockIdx.x * kWarps + threadIdx.x / 32;
    if (row >= arguments.rows) return;
    BlockCounter blocks;
    visit(arguments, arguments.tables, variant, row, blocks);
    if (threadIdx.x % 32 == 0) {
      arguments.lists.partial_ranges[row].y = blocks.partial;
      arguments.lists.full_ranges[row].y = blocks.full;
    }
  }

  /// Writes the indices: where the ranges begin that are summed up, or where each row has its room.
  static FLEX_DEVICE void fill(const BlockMaskArguments& arguments, const Variant& variant) {
    extern __shared__ uint4 nodes[];
    __shared__ BoundsTables tables;
    BoundsTableBuilder<Variant>::share(arguments, variant, tables, reinterpret_cast<Interval<int>*>(nodes));
    const int row = blockIdx.x * kWarps + threadIdx.x / 32;
    if (row >= arguments.rows) return;
    const BlockLists& lists = arguments.lists;
    const bool has_room = arguments.room > 0;
    const int first_partial = has_room ? row * arguments.room : lists.partial_ranges[row].x;
    const int first_full = has_room ? row * arguments.room : lists.full_ranges[row].x;
    BlockWriter blocks{lists.partial_indices + first_partial, lists.full_indices + first_full};
    visit(arguments, tables, variant, row, blocks);
    if (has_room && threadIdx.x % 32 == 0) {
      lists.partial_ranges[row] = {first_partial, static_cast<int>(blocks.partial - lists.partial_indices)};
      lists.full_ranges[row] = {first_full, static_cast<int>(blocks.full - lists.full_indices)};
    }
  }

 private:
  template <typename Found>
  static FLEX_DEVICE void visit(const BlockMaskArguments& arguments, const BoundsTables& tables, const Variant& variant,
                                int row, Found& found) {
    const RowPlace place(arguments, row);
    if (arguments.source.lists.full_ranges != nullptr) {
      RegroupedRow<Found>(arguments, place, found).visit();
    } else {
      ProvenRow<Variant, Found>(arguments, tables, variant, place, found).visit();
    }
  }
};

/// Turns the counts of all rows into ranges. One block.
template <typename Variant>
struct BlockMaskScan {
  using Arguments = BlockMaskArguments;

  static constexpr int kThreads = 1024;
  static constexpr int kMinBlocks = 1;

  static FLEX_DEVICE void run(const BlockMaskArguments& arguments, const Variant&) {
    scan(arguments.lists.partial_ranges, arguments.rows, arguments.totals[0]);
    scan(arguments.lists.full_ranges, arguments.rows, arguments.totals[1]);
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
