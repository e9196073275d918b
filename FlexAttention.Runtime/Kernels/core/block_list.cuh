// Which tiles of keys a tile of queries visits, and which of them need the mask.
#pragma once

#include "flex/config.cuh"
#include "flex/core/arguments.cuh"

namespace flex {

/// A head of a batch.
struct Position {
  int b;
  int h;
};

/// A part of a block list: entries first .. end - 1.
struct ListRange {
  int first;
  int end;

  /// Part number `part` of so many; parts differ by one entry at most.
  FLEX_DEVICE ListRange part(int part, int parts) const {
    const i64 entries = end - first;
    return {first + static_cast<int>(entries * part / parts), first + static_cast<int>(entries * (part + 1) / parts)};
  }

  /// A row of a list, by its number.
  static FLEX_DEVICE ListRange at(const int* ranges, int row) {
    return {ranges[2 * row], ranges[2 * row + 1]};
  }

  /// The row of a list for the queries from q_start on.
  static FLEX_DEVICE ListRange of(const ForwardArguments& arguments, const int* ranges, Position head,
                                  int q_start) {
    const int b = arguments.mask_batch == 1 ? 0 : head.b;
    const int h = arguments.mask_heads == 1 ? 0 : head.h;
    const int rows = ceil_div(arguments.q_length, arguments.mask_q_block);
    const int row = (b * arguments.mask_heads + h) * rows + q_start / arguments.mask_q_block;
    return at(ranges, row);
  }
};

/// The work of this thread block: one tile of queries of one head. The grid is (heads of a group, tiles,
/// groups), and x runs fastest: the heads of a group, whose keys and values fit the L2 cache, go through
/// their tiles together. The last tiles of queries come first: under a causal mask they are the longest,
/// and what is left for the end must be short.
template <int kBlockM>
struct Work {
  static FLEX_DEVICE Position position(const ForwardArguments& arguments) {
    return of_group(arguments, blockIdx.z);
  }

  /// The same, computed anew: for what stands behind the loop over the keys, where the compiler would
  /// else hold the first result in registers throughout.
  static FLEX_DEVICE Position position_again(const ForwardArguments& arguments) {
    int group;
    asm volatile("mov.u32 %0, %%ctaid.z;" : "=r"(group));
    return of_group(arguments, group);
  }

  static FLEX_DEVICE int q_start() { return (gridDim.y - 1 - blockIdx.y) * kBlockM; }

  /// Its tiles of keys where there is no block mask: all.
  template <int kBlockN>
  static FLEX_DEVICE ListRange key_tiles(const ForwardArguments& arguments) {
    return {0, ceil_div(arguments.kv_length, kBlockN)};
  }

  /// Its row of the list of full or of partial blocks.
  static FLEX_DEVICE ListRange blocks(const ForwardArguments& arguments, bool full) {
    return ListRange::of(arguments, full ? arguments.full_ranges : arguments.partial_ranges,
                         position_again(arguments), q_start());
  }

 private:
  static FLEX_DEVICE Position of_group(const ForwardArguments& arguments, int group) {
    const u32 head = group * gridDim.x;  // the group's first, counted through all batches
    const u32 heads = arguments.q_heads;
    return {static_cast<int>(head / heads), static_cast<int>(head % heads + blockIdx.x)};
  }
};

/// The addresses of this thread block's matrices.
struct Matrices {
  const config::Element* q;
  const config::Element* k;
  const config::Element* v;

  static FLEX_DEVICE Matrices of(const ForwardArguments& arguments, Position position) {
    const int b = position.b;
    const int kv_head = position.h / (arguments.q_heads / arguments.kv_heads);
    return {at(arguments.q, arguments.q_stride, b, position.h),
            at(arguments.k, arguments.k_stride, b, kv_head),
            at(arguments.v, arguments.v_stride, b, kv_head)};
  }

 private:
  static FLEX_DEVICE const config::Element* at(const void* tensor, const i64 (&stride)[3], int b,
                                               int h) {
    return static_cast<const config::Element*>(tensor) + b * stride[0] + h * stride[1];
  }
};

/// One tile of keys: its first key, and whether pairs must be masked or checked against the length.
struct KeyTile {
  int start;
  bool masked;
  bool valid;  // false: there are no more tiles
};

/// Walks the tiles of keys of one tile of queries from the last to the first. Masked tiles all come
/// before the others, so that a kernel can have a loop for each. `Work` is the tile of queries: it knows
/// its row of each list, or its tiles of keys where there are no lists.
template <typename Work, int kBlockN, bool kHasMask>
struct KeyTiles {
  /// Without a block mask every tile is visited, and masked if there is a mask.
  struct Dense {
    static constexpr bool kAllMasked = kHasMask;
    static constexpr bool kFirstMasked = true;  // at most the first, if not all

    int start;  // of the tile before
    int first;  // start of the first tile
    int kv_length;

    FLEX_DEVICE Dense(const ForwardArguments& arguments, const Work& work) : kv_length(arguments.kv_length) {
      const ListRange tiles = work.template key_tiles<kBlockN>(arguments);
      start = tiles.end * kBlockN;
      first = tiles.first * kBlockN;
    }

    FLEX_DEVICE KeyTile next() {
      start -= kBlockN;
      return {start, kHasMask || start + kBlockN > kv_length, start >= first};
    }
  };

  /// The partial blocks of a block mask, then its full ones. The entry of a list is not needed to
  /// know whether there is a next tile, so that its latency hides behind a product.
  struct Sparse {
    static constexpr bool kAllMasked = false;
    static constexpr bool kFirstMasked = false;

    const ForwardArguments& arguments;
    const Work& work;
    bool full = false;  // whether the list is that of the full blocks
    ListRange left;     // what has not been read yet
    int start = 0;      // of the current tile
    int tiles = 0;      // of the current block that are still to come

    FLEX_DEVICE Sparse(const ForwardArguments& arguments, const Work& work)
        : arguments(arguments), work(work), left(work.blocks(arguments, false)) {}

    FLEX_DEVICE KeyTile next() {
      if (tiles == 0) {
        if (left.end == left.first && !full) {
          full = true;
          left = work.blocks(arguments, true);
        }
        if (left.end == left.first) return {0, false, false};
        const int* list = full ? arguments.full_indices : arguments.partial_indices;
        start = (list[--left.end] + 1) * arguments.mask_kv_block;
        tiles = arguments.mask_kv_block / kBlockN;
      }
      --tiles;
      start -= kBlockN;
      // A tile past the last key, in the last block, comes out as fully masked.
      return {start, !full || start + kBlockN > arguments.kv_length, true};
    }
  };
};

template <bool kSparse, typename Tiles>
struct ChooseTiles {
  using Type = typename Tiles::Dense;
};

template <typename Tiles>
struct ChooseTiles<true, Tiles> {
  using Type = typename Tiles::Sparse;
};

}  // namespace flex
