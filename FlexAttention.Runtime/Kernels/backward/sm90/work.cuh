// Which tile of keys a block computes, and which tiles of queries it visits.
#pragma once

#include "flex/backward/sm90/shape.cuh"
#include "flex/core/backward_arguments.cuh"
#include "flex/core/block_list.cuh"

namespace flex::backward_sm90 {

/// One tile of keys of one key/value head.
struct Work {
  int b;
  int kv_head;
  int start;

  /// Number `index` of all tiles. Heads of a group, whose queries and gradients fit the L2 cache together, are side
  /// by side; the first keys come first, since under a causal mask theirs is the longest column.
  template <typename Arguments>
  static FLEX_DEVICE Work of(const Arguments& arguments, int index) {
    const u32 heads = arguments.group_heads;
    const u32 tiles = arguments.kv_tiles;
    const u32 row = index / heads;
    const u32 head = row / tiles * heads + index % heads;  // counted through all batches
    const u32 kv_heads = arguments.problem.forward.kv_heads;
    return {static_cast<int>(head / kv_heads), static_cast<int>(head % kv_heads),
            static_cast<int>(row % tiles) * kBlockN};
  }
};

/// One tile of queries: its first query, and whether its pairs must be masked.
struct QueryTile {
  int start;
  bool masked;
  bool valid;  // false: there are no more tiles
};

/// Walks the tiles of queries of one head that see a tile of keys.
template <bool kHasMask>
struct DenseQueries {
  int start = 0;
  const int end;
  const bool masked;

  FLEX_DEVICE DenseQueries(const BackwardArguments& arguments, const Work& work, int)
      : end(arguments.forward.q_length),
        masked(kHasMask || work.start + kBlockN > arguments.forward.kv_length) {}

  FLEX_DEVICE QueryTile next() {
    const int first = start;
    start += kBlockM;
    return {first, masked, first < end};
  }
};

/// The partial blocks of a block mask, then its full ones, each in ascending order.
struct SparseQueries {
  const BackwardArguments& arguments;
  const int row;      // of the lists
  const bool masked;  // whether even full blocks are
  bool full = false;  // whether the list is that of the full blocks
  ListRange left;     // what has not been read yet
  int start = 0;      // of the next tile
  int tiles = 0;      // of the current block that are still to come

  FLEX_DEVICE SparseQueries(const BackwardArguments& arguments, const Work& work, int head)
      : arguments(arguments),
        row(row_of(arguments.forward, work, head)),
        masked(work.start + kBlockN > arguments.forward.kv_length),
        left{arguments.partial_query_offsets[row], arguments.partial_query_offsets[row + 1]} {}

  FLEX_DEVICE QueryTile next() {
    if (tiles == 0) {
      if (left.first == left.end && !full) {
        full = true;
        left = {arguments.full_query_offsets[row], arguments.full_query_offsets[row + 1]};
      }
      if (left.first == left.end) return {0, false, false};
      const int* list = full ? arguments.full_query_indices : arguments.partial_query_indices;
      start = list[left.first++] * arguments.forward.mask_q_block;
      tiles = min(arguments.forward.mask_q_block, arguments.forward.q_length - start);
      tiles = ceil_div(tiles, kBlockM);
    }
    --tiles;
    const int first = start;
    start += kBlockM;
    return {first, !full || masked, true};
  }

 private:
  static FLEX_DEVICE int row_of(const ForwardArguments& arguments, const Work& work, int head) {
    const int b = arguments.mask_batch == 1 ? 0 : work.b;
    const int h = arguments.mask_heads == 1 ? 0 : head;
    const int rows = ceil_div(arguments.kv_length, arguments.mask_kv_block);
    return (b * arguments.mask_heads + h) * rows + work.start / arguments.mask_kv_block;
  }
};

template <bool kSparse, bool kHasMask>
struct ChooseQueries {
  using Type = DenseQueries<kHasMask>;
};

template <bool kHasMask>
struct ChooseQueries<true, kHasMask> {
  using Type = SparseQueries;
};

}  // namespace flex::backward_sm90
