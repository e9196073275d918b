// Which tiles of keys a tile of queries visits, and which of them need the mask.
#pragma once

#include "flex/config.cuh"
#include "flex/core/arguments.cuh"

namespace flex {

/// The queries of one thread block.
struct TileOfWork {
  int b;
  int h;
  int kv_head;
  int q_start;
};

/// The last tiles of queries of a head come first: under a causal mask they are the longest.
template <int kBlockM>
FLEX_DEVICE TileOfWork tile_of_work(const ForwardArguments& arguments, int index) {
  const int tiles = ceil_div(arguments.q_length, kBlockM);
  const int batch_head = index / tiles;
  const int b = batch_head / arguments.q_heads;
  const int h = batch_head % arguments.q_heads;
  const int group = arguments.q_heads / arguments.kv_heads;
  return {b, h, h / group, (tiles - 1 - index % tiles) * kBlockM};
}

/// One tile of keys: its first key, and whether pairs must be masked or checked against the length.
struct KeyTile {
  int start;
  bool masked;
  bool valid;  // false: there are no more tiles
};

/// Walks the tiles of keys of one tile of queries from the last to the first.
template <int kBlockN, bool kHasMask>
struct KeyTiles {
  /// All keys: without a block mask every tile is visited, and masked if there is a mask.
  struct Dense {
    int start;
    int kv_length;

    FLEX_DEVICE Dense(const ForwardArguments& arguments, int, int, int)
        : start(ceil_div(arguments.kv_length, kBlockN) * kBlockN), kv_length(arguments.kv_length) {}

    FLEX_DEVICE KeyTile next() {
      start -= kBlockN;
      return {start, kHasMask || start + kBlockN > kv_length, start >= 0};
    }
  };

  /// The partial blocks of a block mask, then its full ones. The entry of a list is not needed to
  /// know whether there is a next tile, so that its latency hides behind a product.
  struct Sparse {
    const ForwardArguments& arguments;
    int row;         // of the lists
    bool full;       // whether the list is that of the full blocks
    int first;       // where the list's row begins
    int position;    // where the part that has not been read yet ends
    int start = 0;   // of the current tile
    int tiles = 0;   // of the current block that are still to come

    FLEX_DEVICE Sparse(const ForwardArguments& arguments, int b, int h, int q_start)
        : arguments(arguments), full(false) {
      const int rows = ceil_div(arguments.q_length, arguments.mask_q_block);
      const int mask_b = arguments.mask_batch == 1 ? 0 : b;
      const int mask_h = arguments.mask_heads == 1 ? 0 : h;
      row = (mask_b * arguments.mask_heads + mask_h) * rows + q_start / arguments.mask_q_block;
      first = arguments.partial_offsets[row];
      position = arguments.partial_offsets[row + 1];
    }

    FLEX_DEVICE KeyTile next() {
      if (tiles == 0) {
        if (position == first && !full) {
          full = true;
          first = arguments.full_offsets[row];
          position = arguments.full_offsets[row + 1];
        }
        if (position == first) return {0, false, false};
        const int* list = full ? arguments.full_indices : arguments.partial_indices;
        start = (list[--position] + 1) * arguments.mask_kv_block;
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
