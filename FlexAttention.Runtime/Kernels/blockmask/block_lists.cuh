// What is done with the blocks that a warp finds in a row.
#pragma once

#include "flex/blockmask/arguments.cuh"

namespace flex {

/// 32 neighbouring blocks, a bit each.
struct BlockBits {
  u32 partial;
  u32 full;

  static FLEX_DEVICE BlockBits of(BlockKind kind) {
    return {__ballot_sync(~0u, kind == BlockKind::kPartial), __ballot_sync(~0u, kind == BlockKind::kFull)};
  }
};

/// Counts the blocks of a row.
struct BlockCounter {
  int partial = 0;
  int full = 0;

  FLEX_DEVICE void add(BlockBits blocks, int) {
    partial += __popc(blocks.partial);
    full += __popc(blocks.full);
  }
  FLEX_DEVICE void add_full_run(int first, int end) { full += end - first; }
};

/// Writes the indices of the blocks of a row.
struct BlockWriter {
  int* partial;
  int* full;

  /// The blocks from `first` on.
  FLEX_DEVICE void add(BlockBits blocks, int first) {
    partial += write(partial, blocks.partial, first);
    full += write(full, blocks.full, first);
  }
  FLEX_DEVICE void add_full_run(int first, int end) {
    for (int i = first + threadIdx.x % 32; i < end; i += 32) full[i - first] = i;
    full += end - first;
  }

 private:
  static FLEX_DEVICE int write(int* list, u32 blocks, int first) {
    const int lane = threadIdx.x % 32;
    if (blocks >> lane & 1) list[__popc(blocks & ((1u << lane) - 1))] = first + lane;
    return __popc(blocks);
  }
};

/// Where a row of blocks lies.
struct RowPlace {
  int bh;
  Interval<int> queries;

  FLEX_DEVICE RowPlace(const BlockTarget& target, int row) {
    const int q_blocks = ceil_div(target.q_length, target.q_block);
    bh = row / q_blocks;
    const int start = row % q_blocks * target.q_block;
    const i64 end = static_cast<i64>(start) + target.q_block;
    queries = {start, static_cast<int>(min(end, i64(target.q_length))) - 1};
  }
};

FLEX_DEVICE int blocks_of_row(const BlockTarget& target) { return ceil_div(target.kv_length, target.kv_block); }

/// The keys of the blocks first .. end - 1.
FLEX_DEVICE Interval<int> keys_of(const BlockTarget& target, int first, i64 end) {
  const i64 last = end * target.kv_block;
  return {first * target.kv_block, static_cast<int>(min(last, i64(target.kv_length))) - 1};
}

}  // namespace flex
