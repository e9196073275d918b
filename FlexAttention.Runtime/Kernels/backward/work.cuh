// Which tile of keys a block computes, which tiles of queries it visits, and where damage is marked. For the
// kernels that need no Hopper.
#pragma once

#include "flex/core/backward_arguments.cuh"
#include "flex/core/block_list.cuh"

namespace flex {

/// The work of this thread block: one tile of keys of one kv head, for all query heads that share it. The grid
/// is (kv heads of a group, tiles, groups), and x runs fastest: the heads of a group, whose queries fit the L2
/// cache, go through their tiles together. The first keys come first: under a causal mask theirs is the longest
/// column of queries.
struct KeyWork {
  int b;
  int kv_head;
  int start;

  static FLEX_DEVICE KeyWork of(const ForwardArguments& forward) {
    const u32 head = blockIdx.z * gridDim.x + blockIdx.x;  // counted through all batches
    const u32 heads = forward.kv_heads;
    return {static_cast<int>(head / heads), static_cast<int>(head % heads),
            static_cast<int>(blockIdx.y) * config::kBlockN};
  }

  FLEX_DEVICE int first_head(const ForwardArguments& forward) const {
    return kv_head * (forward.q_heads / forward.kv_heads);
  }
};

/// One tile of queries: its head, its first query, and whether its pairs must be masked or checked against the
/// lengths.
struct QueryTile {
  int head;
  int start;
  bool masked;

  /// Stands behind the last tile: no head has it.
  static FLEX_DEVICE QueryTile none() { return {-1, 0, false}; }

  FLEX_DEVICE bool valid() const { return head >= 0; }
};

/// All tiles of queries of all heads that share a tile of keys, where there is no block mask. The last tile of
/// a head, which may have to be masked, comes first.
template <bool kHasMask>
struct DenseQueries {
  static constexpr bool kAllMasked = kHasMask;

  const ForwardArguments& forward;
  const bool edge;  // whether there are keys past the last
  int head;
  int heads_left;
  int start = 0;  // of the tile before, or 0: the head has no more

  FLEX_DEVICE DenseQueries(const BackwardArguments& arguments, const KeyWork& work)
      : forward(arguments.forward),
        edge(work.start + config::kBlockN > arguments.forward.kv_length),
        head(work.first_head(arguments.forward) - 1),
        heads_left(arguments.forward.q_heads / arguments.forward.kv_heads) {}

  FLEX_DEVICE QueryTile next() {
    if (start == 0) {
      if (heads_left == 0 || forward.q_length == 0) return QueryTile::none();
      --heads_left;
      ++head;
      start = ceil_div(forward.q_length, config::kBlockM) * config::kBlockM;
    }
    start -= config::kBlockM;
    return {head, start, kHasMask || edge || start + config::kBlockM > forward.q_length};
  }
};

/// The partial blocks of a block mask, then its full ones, head by head.
struct SparseQueries {
  static constexpr bool kAllMasked = false;

  const BackwardArguments& arguments;
  const KeyWork& work;
  const bool edge;
  int head;
  int heads_left;
  bool full = true;         // whether the list is that of the full blocks
  ListRange left = {0, 0};  // what has not been read yet
  int start = 0;            // of the next tile
  int tiles = 0;            // of the current block that are still to come

  FLEX_DEVICE SparseQueries(const BackwardArguments& arguments, const KeyWork& work)
      : arguments(arguments),
        work(work),
        edge(work.start + config::kBlockN > arguments.forward.kv_length),
        head(work.first_head(arguments.forward) - 1),
        heads_left(arguments.forward.q_heads / arguments.forward.kv_heads) {}

  FLEX_DEVICE QueryTile next() {
    const ForwardArguments& forward = arguments.forward;
    if (tiles == 0) {
      while (left.first == left.end) {
        if (full && heads_left == 0) return QueryTile::none();
        open_list();
      }
      const int* list = full ? arguments.full_query_indices : arguments.partial_query_indices;
      start = list[left.first++] * forward.mask_q_block;
      tiles = ceil_div(min(forward.mask_q_block, forward.q_length - start), config::kBlockM);
    }
    const int first = start;
    --tiles;
    start += config::kBlockM;
    return {head, first, !full || edge || start > forward.q_length};
  }

 private:
  /// The full blocks of this head, or the partial ones of the next.
  FLEX_DEVICE void open_list() {
    const ForwardArguments& forward = arguments.forward;
    if (full) {
      ++head;
      --heads_left;
    }
    full = !full;
    const int b = forward.mask_batch == 1 ? 0 : work.b;
    const int h = forward.mask_heads == 1 ? 0 : head;
    const int rows = ceil_div(forward.kv_length, forward.mask_kv_block);
    const int row = (b * forward.mask_heads + h) * rows + work.start / forward.mask_kv_block;
    const int* offsets = full ? arguments.full_query_offsets : arguments.partial_query_offsets;
    left = {offsets[row], offsets[row + 1]};
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

/// The first row of a head in the workspace.
FLEX_DEVICE i64 workspace_row(const BackwardArguments& arguments, Position head) {
  return (static_cast<i64>(head.b) * arguments.forward.q_heads + head.h) * arguments.padded_rows;
}

/// A head's matrix in the gradient of the outputs.
FLEX_DEVICE const config::Element* d_output_of(const BackwardArguments& arguments, Position head) {
  return static_cast<const config::Element*>(arguments.d_output) + head.b * arguments.d_output_stride[0] +
         head.h * arguments.d_output_stride[1];
}

/// A head's matrix in a dense tensor of gradients.
FLEX_DEVICE config::Element* gradient_of(void* gradients, int head, int rows, int columns) {
  return static_cast<config::Element*>(gradients) + static_cast<i64>(head) * rows * columns;
}

}  // namespace flex
