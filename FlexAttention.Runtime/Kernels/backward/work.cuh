// Which tile of keys a block computes, and which tiles of queries it visits, in the kernels that need no Hopper; and for
// all kernels, where a head's rows and lists lie.
#pragma once

#include "flex/core/backward_arguments.cuh"
#include "flex/core/block_list.cuh"

namespace flex {

/// The work of this thread block: one tile of keys of one kv head, for all query heads that share it. The grid
/// is (kv heads of a group, tiles, groups), and x runs fastest: the heads of a group, whose queries fit the L2
/// cache, go through their tiles together. The first keys come first: under a causal mask theirs is the longest
/// column of queries.
///
/// Every member computes what it gives anew: what is needed once a tile or once a block must not occupy registers
/// in between.
struct KeyWork {
  static FLEX_DEVICE int start() { return block_row() * config::kBlockN; }

  /// Whether there are keys past the last.
  static FLEX_DEVICE bool at_edge(const ForwardArguments& forward) {
    return start() + config::kBlockN > forward.kv_length;
  }

  /// The key/value head, counted through all batches.
  static FLEX_DEVICE int head() { return block_group() * gridDim.x + block_column(); }

  static FLEX_DEVICE int b(const ForwardArguments& forward) { return head() / static_cast<u32>(forward.kv_heads); }
  static FLEX_DEVICE int kv_head(const ForwardArguments& forward) {
    return head() % static_cast<u32>(forward.kv_heads);
  }

  /// The query heads that share the keys: from the first on, before the last.
  static FLEX_DEVICE int first_head(const ForwardArguments& forward) { return kv_head(forward) * group(forward); }
  static FLEX_DEVICE int end_head(const ForwardArguments& forward) { return first_head(forward) + group(forward); }

 private:
  static FLEX_DEVICE int group(const ForwardArguments& forward) { return forward.q_heads / forward.kv_heads; }

  static FLEX_DEVICE int block_column() {
    int index;
    asm volatile("mov.u32 %0, %%ctaid.x;" : "=r"(index));
    return index;
  }

  static FLEX_DEVICE int block_row() {
    int index;
    asm volatile("mov.u32 %0, %%ctaid.y;" : "=r"(index));
    return index;
  }

  static FLEX_DEVICE int block_group() {
    int index;
    asm volatile("mov.u32 %0, %%ctaid.z;" : "=r"(index));
    return index;
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

/// The row of the lists by keys for the keys from kv_start on.
FLEX_DEVICE int key_row(const ForwardArguments& forward, Position head, int kv_start) {
  const int b = forward.mask_batch == 1 ? 0 : head.b;
  const int h = forward.mask_heads == 1 ? 0 : head.h;
  const int rows = ceil_div(forward.kv_length, forward.mask_kv_block);
  return (b * forward.mask_heads + h) * rows + kv_start / forward.mask_kv_block;
}

/// The blocks of queries in a list by keys for the keys from kv_start on.
FLEX_DEVICE ListRange queries_of(const ForwardArguments& forward, const int* ranges, Position head, int kv_start) {
  return ListRange::at(ranges, key_row(forward, head, kv_start));
}

/// All tiles of queries of all heads that share a tile of keys, where there is no block mask. The last tile of
/// a head, which may have to be masked, comes first.
template <bool kHasMask>
struct DenseQueries {
  static constexpr bool kAllMasked = kHasMask;

  const ForwardArguments& forward;
  int head;
  int start = 0;  // of the tile before; 0: the head has no more

  FLEX_DEVICE explicit DenseQueries(const BackwardArguments& arguments)
      : forward(arguments.forward), head(KeyWork::first_head(arguments.forward) - 1) {}

  FLEX_DEVICE QueryTile next() {
    if (start == 0) {
      ++head;
      if (head == KeyWork::end_head(forward) || forward.q_length == 0) return QueryTile::none();
      start = ceil_div(forward.q_length, config::kBlockM) * config::kBlockM;
    }
    start -= config::kBlockM;
    return {head, start, kHasMask || KeyWork::at_edge(forward) || start + config::kBlockM > forward.q_length};
  }
};

/// The partial blocks of a block mask, then its full ones, head by head.
struct SparseQueries {
  static constexpr bool kAllMasked = false;

  const BackwardArguments& arguments;
  int head;
  bool full = true;         // whether the list is that of the full blocks
  ListRange left = {0, 0};  // what has not been read yet
  int start = 0;            // of the next tile
  int end = 0;              // of the current block's queries

  FLEX_DEVICE explicit SparseQueries(const BackwardArguments& arguments)
      : arguments(arguments), head(KeyWork::first_head(arguments.forward) - 1) {}

  FLEX_DEVICE QueryTile next() {
    const ForwardArguments& forward = arguments.forward;
    if (start >= end) {
      while (left.first == left.end) {
        if (!open_list()) return QueryTile::none();
      }
      const int* list = full ? arguments.full_query_indices : arguments.partial_query_indices;
      start = list[left.first++] * forward.mask_q_block;
      end = min(start + forward.mask_q_block, forward.q_length);
    }
    const int first = start;
    start += config::kBlockM;
    return {head, first, !full || KeyWork::at_edge(forward) || start > forward.q_length};
  }

 private:
  /// The full blocks of this head, or the partial ones of the next; false: there is no next.
  FLEX_DEVICE bool open_list() {
    const ForwardArguments& forward = arguments.forward;
    full = !full;
    if (!full && ++head == KeyWork::end_head(forward)) return false;
    const int* ranges = full ? arguments.full_query_ranges : arguments.partial_query_ranges;
    left = queries_of(forward, ranges, {KeyWork::b(forward), head}, KeyWork::start());
    return true;
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
