// How a tile of a gradient gets from registers to global memory.
#pragma once

#include "flex/core/math.cuh"
#include "flex/core/tile_io.cuh"

namespace flex {

/// The rows of a matrix from `first` on; it has `count` in all.
struct RowRange {
  int first;
  int count;
};

/// Writes factor * sums, rounded, through a tile in shared memory of which each warp reads and writes its own rows
/// only. Gives the thread's rows that are not finite, as bits.
template <typename Products, int kWidth>
FLEX_DEVICE u32 write_result(typename Products::template Sums<kWidth>& sums, float factor, config::Element* tile,
                             config::Element* matrix, RowRange rows, int columns) {
  constexpr int kStride = TileLayout<kWidth>::kStride;
  u32 damaged = 0;
  FLEX_UNROLL
  for (int r = 0; r < Products::kRows; ++r) {
    config::Element* target = tile + Products::row_of(r) * kStride + Products::first_column();
    FLEX_UNROLL
    for (int chunk = 0; chunk < kWidth / 16; ++chunk) {
      FLEX_UNROLL
      for (int i = 0; i < Products::kColumns; ++i) {
        const float value = sums.at(r, chunk, i) * factor;
        if (!is_finite(value)) damaged |= 1u << r;
        target[chunk * 16 + Products::column_offset(i)] = from_float<config::Element>(value);
      }
    }
  }
  __syncwarp();
  store_rows<kWidth>(tile, Products::warp_row(), Products::kWarpRows, matrix, columns, rows.first, rows.count,
                     columns);
  return damaged;
}

}  // namespace flex
