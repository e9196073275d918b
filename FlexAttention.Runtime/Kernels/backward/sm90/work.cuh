// Which tile of keys a block computes, and which tiles of queries it visits.
#pragma once

#include "flex/backward/sm90/shape.cuh"
#include "flex/backward/work.cuh"
#include "flex/core/backward_arguments.cuh"
#include "flex/core/block_list.cuh"

namespace flex::backward_sm90 {

/// One tile of keys of one key/value head.
struct Work {
  int b;
  int kv_head;
  int start;

  /// Number `index` of all tiles. Heads of a group, whose queries and gradients fit the L2 cache together, are side
  /// by side. The first keys come first, since under a causal mask theirs is the longest column; but the last ones do
  /// where the order of sums is fixed: then no block has to wait for its first queries.
  template <typename Arguments>
  static FLEX_DEVICE Work of(const Arguments& arguments, int index) {
    const u32 heads = arguments.group_heads;
    const u32 tiles = arguments.kv_tiles;
    const u32 row = index / heads;
    const u32 head = row / tiles * heads + index % heads;  // counted through all batches
    const u32 kv_heads = arguments.problem.forward.kv_heads;
    const u32 tile = config::kReproducible ? tiles - 1 - row % tiles : row % tiles;
    return {static_cast<int>(head / kv_heads), static_cast<int>(head % kv_heads), static_cast<int>(tile) * kBlockN};
  }
};

/// One tile of queries: its first query, and whether its pairs must be masked or checked against the lengths.
struct QueryTile {
  int start;
  bool masked;
  bool valid;  // false: there are no more tiles
};

/// Walks all tiles of queries of one head, where there is no block mask. What lies past the last query has the weight 0
/// by itself unless there is a score, which may be anything there.
template <bool kHasScore, bool kHasMask>
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
    return {first, masked || (kHasScore && start > end), first < end};
  }
};

/// Walks the tiles of queries of one head that see a tile of keys: both kinds of blocks of a block mask, in ascending
/// order, so that the blocks of threads that are at work on neighbouring keys meet the same queries one after the
/// other.
template <bool kHasScore>
struct SparseQueries {
  const BackwardArguments& arguments;
  const bool edge;    // whether even full blocks must be masked
  ListRange partial;  // what has not been read yet
  ListRange full;
  int start = 0;         // of the next tile
  int tiles = 0;         // of the current block that are still to come
  bool masked = false;   // whether that is a partial one

  FLEX_DEVICE SparseQueries(const BackwardArguments& arguments, const Work& work, int head)
      : arguments(arguments), edge(work.start + kBlockN > arguments.forward.kv_length) {
    const int row = key_row(arguments.forward, {work.b, head}, work.start);
    partial = ListRange::at(arguments.partial_query_ranges, row);
    full = ListRange::at(arguments.full_query_ranges, row);
  }

  FLEX_DEVICE QueryTile next() {
    if (tiles == 0) {
      constexpr int kNone = 0x7fffffff;
      const int first_partial = partial.first < partial.end ? arguments.partial_query_indices[partial.first] : kNone;
      const int first_full = full.first < full.end ? arguments.full_query_indices[full.first] : kNone;
      const int block = min(first_partial, first_full);
      if (block == kNone) return {0, false, false};
      masked = first_partial == block;
      ++(masked ? partial : full).first;
      start = block * arguments.forward.mask_q_block;
      tiles = ceil_div(min(arguments.forward.mask_q_block, arguments.forward.q_length - start), kBlockM);
    }
    --tiles;
    const int first = start;
    start += kBlockM;
    return {first, masked || edge || (kHasScore && start > arguments.forward.q_length), true};
  }
};

template <bool kSparse, bool kHasScore, bool kHasMask>
struct ChooseQueries {
  using Type = DenseQueries<kHasScore, kHasMask>;
};

template <bool kHasScore, bool kHasMask>
struct ChooseQueries<true, kHasScore, kHasMask> {
  using Type = SparseQueries<kHasScore>;
};

}  // namespace flex::backward_sm90
