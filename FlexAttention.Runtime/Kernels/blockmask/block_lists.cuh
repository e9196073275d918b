// What is done with the blocks that are found in a row, by a warp: lanes are neighbouring blocks, from `first` on.
#pragma once

#include "flex/blockmask/arguments.cuh"

namespace flex {

/// Counts the blocks of a row.
struct BlockCounter {
  int partial = 0;
  int full = 0;

  FLEX_DEVICE void add_partial(u32 lanes, int) { partial += __popc(lanes); }
  FLEX_DEVICE void add_full(u32 lanes, int) { full += __popc(lanes); }
  FLEX_DEVICE void add_full_run(int first, int end) { full += end - first; }
};

/// Writes the indices of the blocks of a row.
struct BlockWriter {
  int* partial;
  int* full;

  FLEX_DEVICE void add_partial(u32 lanes, int first) { partial += write(partial, lanes, first); }
  FLEX_DEVICE void add_full(u32 lanes, int first) { full += write(full, lanes, first); }
  FLEX_DEVICE void add_full_run(int first, int end) {
    for (int i = first + threadIdx.x % 32; i < end; i += 32) full[i - first] = i;
    full += end - first;
  }

 private:
  static FLEX_DEVICE int write(int* list, u32 lanes, int first) {
    const int lane = threadIdx.x % 32;
    if (lanes >> lane & 1) list[__popc(lanes & ((1u << lane) - 1))] = first + lane;
    return __popc(lanes);
  }
};

/// Where a row of blocks lies.
struct RowPlace {
  int bh;
  Interval<int> queries;

  FLEX_DEVICE RowPlace(const BlockMaskArguments& arguments, int row) {
    const int q_blocks = ceil_div(arguments.q_length, arguments.q_block);
    bh = row / q_blocks;
    const int start = row % q_blocks * arguments.q_block;
    const i64 end = static_cast<i64>(start) + arguments.q_block;
    queries = {start, static_cast<int>(min(end, i64(arguments.q_length))) - 1};
  }
};

/// The keys of the blocks first .. end - 1.
FLEX_DEVICE Interval<int> keys_of(const BlockMaskArguments& arguments, int first, int end) {
  const i64 last = static_cast<i64>(end) * arguments.kv_block;
  return {first * arguments.kv_block, static_cast<int>(min(last, i64(arguments.kv_length))) - 1};
}

}  // namespace flex
