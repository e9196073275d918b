// Builds a block mask: which blocks of (query, key) pairs a mask keeps in full, in part, or not at all. Small
// masks are listed in one pass, every row where it has room for all blocks; of large ones one pass counts, so
// that memory is what the lists need and no more, and after a sum of the counts another fills them.
#pragma once

#include "flex/blockmask/proven_row.cuh"
#include "flex/blockmask/regrouped_row.cuh"
#include "flex/blockmask/tables.cuh"

namespace flex {

template <typename Variant>
struct BlockMask {
  using Arguments = BlockMaskArguments;

  static constexpr int kWarps = 8;
  static constexpr int kThreads = 32 * kWarps;
  static constexpr int kMinBlocks = 1;

  /// Lists a small mask: the warps of a row share out its blocks, 32 at a time. The second row of thread blocks does
  /// so by keys.
  static FLEX_DEVICE void list(const BlockMaskArguments& arguments, const Variant& variant) {
    extern __shared__ uint4 nodes[];
    __shared__ BoundsTables tables;
    __shared__ BlockBits found[kWarps];
    const bool by_keys = blockIdx.y > 0;
    const BlockTarget& target = by_keys ? arguments.by_keys : arguments.target;
    const int warps = target.warps_per_row;
    if (blockIdx.x * (kWarps / warps) >= target.rows) return;
    BoundsTableBuilder<Variant>::share(arguments, variant, tables, reinterpret_cast<Interval<int>*>(nodes));
    const int warp = threadIdx.x / 32;
    const int part = warp % warps;
    const int row = blockIdx.x * (kWarps / warps) + warp / warps;
    const bool is_row = row < target.rows;
    const RowPlace place(target, is_row ? row : 0);
    const BlockLists& lists = target.lists;
    const int start = row * target.room;
    BlockWriter writer{lists.partial_indices + start, lists.full_indices + start};
    for (int first = 0; first < blocks_of_row(target); first += 32 * warps) {
      const int mine = first + 32 * part;
      BlockBits blocks{};
      if (is_row && mine < blocks_of_row(target)) {
        blocks = has_source(arguments)
                     ? RegroupedRow{target, arguments.source, place}.blocks_from(mine)
                     : proven_row(arguments, target, tables, variant, place, by_keys).blocks_from(mine);
      }
      if (threadIdx.x % 32 == 0) found[warp] = blocks;
      __syncthreads();
      for (int other = 0; other < warps; ++other) {
        const BlockBits bits = found[warp - part + other];
        if (other == part) BlockWriter(writer).add(bits, mine);
        writer.partial += __popc(bits.partial);
        writer.full += __popc(bits.full);
      }
      __syncthreads();  // all have read what the next round overwrites
    }
    if (is_row && part == 0 && threadIdx.x % 32 == 0) {
      lists.partial_ranges[row] = {start, static_cast<int>(writer.partial - lists.partial_indices)};
      lists.full_ranges[row] = {start, static_cast<int>(writer.full - lists.full_indices)};
    }
  }

  /// Writes each row's number of blocks as the end of its range. A warp a row.
  static FLEX_DEVICE void count(const BlockMaskArguments& arguments, const Variant& variant) {
    const int row = blockIdx.x * kWarps + threadIdx.x / 32;
    if (row >= arguments.target.rows) return;
    BlockCounter blocks;
    visit(arguments, variant, row, blocks);
    if (threadIdx.x % 32 == 0) {
      arguments.target.lists.partial_ranges[row].y = blocks.partial;
      arguments.target.lists.full_ranges[row].y = blocks.full;
    }
  }

  /// Writes the indices where the ranges begin that are summed up. A warp a row.
  static FLEX_DEVICE void fill(const BlockMaskArguments& arguments, const Variant& variant) {
    const int row = blockIdx.x * kWarps + threadIdx.x / 32;
    if (row >= arguments.target.rows) return;
    const BlockLists& lists = arguments.target.lists;
    BlockWriter blocks{lists.partial_indices + lists.partial_ranges[row].x,
                       lists.full_indices + lists.full_ranges[row].x};
    visit(arguments, variant, row, blocks);
  }

 private:
  static FLEX_DEVICE bool has_source(const BlockMaskArguments& arguments) {
    return arguments.source.lists.full_ranges != nullptr;
  }

  static FLEX_DEVICE ProvenRow<Variant> proven_row(const BlockMaskArguments& arguments, const BlockTarget& target,
                                                   const BoundsTables& tables, const Variant& variant,
                                                   RowPlace place, bool by_keys) {
    return {target, tables, variant, place.bh / arguments.heads, place.bh % arguments.heads, place.queries, by_keys};
  }

  template <typename Found>
  static FLEX_DEVICE void visit(const BlockMaskArguments& arguments, const Variant& variant, int row, Found& found) {
    const BlockTarget& target = arguments.target;
    const RowPlace place(target, row);
    if (has_source(arguments)) {
      RegroupedRow{target, arguments.source, place}.visit(found);
    } else {
      proven_row(arguments, target, arguments.tables, variant, place, false).visit(found);
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
    scan(arguments.target.lists.partial_ranges, arguments.target.rows, arguments.totals[0]);
    scan(arguments.target.lists.full_ranges, arguments.target.rows, arguments.totals[1]);
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
