// Tiles of elements between global and shared memory.
//
// A row of a tile is padded by 16 bytes, which makes its length an odd number of 16-byte units: eight
// consecutive rows then lie in eight different bank groups, so that ldmatrix and the stores have no
// conflicts for any head dimension, and every address is linear in row and column. (The head dimension
// is padded to a multiple of 16, so the number of units in a row is even.)
#pragma once

#include "flex/arch/cp_async.cuh"
#include "flex/arch/ldmatrix.cuh"
#include "flex/config.cuh"
#include "flex/core/types.cuh"

namespace flex {

template <int kColumns>
struct TileLayout {
  static constexpr int kElementSize = sizeof(config::Element);
  static constexpr int kUnit = 16 / kElementSize;       // elements in 16 bytes
  static constexpr int kUnits = kColumns / kUnit;       // units in a row
  static constexpr int kStride = kColumns + kUnit;      // elements
};

/// Reads tiles of kRows rows of one matrix; zeros stand outside its rows and columns.
template <int kRows, int kColumns, int kThreads>
struct TileLoader {
  using Element = config::Element;
  using Layout = TileLayout<kColumns>;

  // Where every thread keeps to one column of units, a tile takes one address and a step.
  static constexpr bool kOneColumn = kThreads % Layout::kUnits == 0;
  static constexpr int kStep = kOneColumn ? kThreads / Layout::kUnits : 1;

  Element* tile;
  i64 row_stride;
  int rows;
  int columns;

  /// Starts to read rows first .. first + kRows - 1 of the matrix, `offset` elements past the tile.
  FLEX_DEVICE void load(const Element* matrix, int first, int offset = 0) const {
    if constexpr (!config::kAligned) {
      load_elements(matrix, first, offset);
    } else if constexpr (!kOneColumn) {
      load_units(matrix, first, offset);
    } else if (first + kRows <= rows && columns == kColumns) {
      load_columns<false>(matrix, first, offset);
    } else {
      load_columns<true>(matrix, first, offset);
    }
  }

 private:
  template <bool kEdge>
  FLEX_DEVICE void load_columns(const Element* matrix, int first, int offset) const {
    const int row = thread_index() / Layout::kUnits;
    const int column = thread_index() % Layout::kUnits * Layout::kUnit;
    const u32 target =
        shared_address(tile) + (offset + row * Layout::kStride + column) * Layout::kElementSize;
    const Element* unit = matrix + (first + row) * row_stride + column;
    const int remaining = column < columns ? rows - first - row : 0;
    FLEX_UNROLL
    for (int i = 0; i < ceil_div(kRows, kStep); ++i) {
      if (kRows % kStep != 0 && row + i * kStep >= kRows) break;
      cp_async_16(target + i * kStep * Layout::kStride * Layout::kElementSize, unit,
                  !kEdge || i * kStep < remaining);
      unit += kStep * row_stride;
    }
  }

  FLEX_DEVICE void load_units(const Element* matrix, int first, int offset) const {
    for (int i = threadIdx.x; i < kRows * Layout::kUnits; i += kThreads) {
      const int row = i / Layout::kUnits;
      const int column = i % Layout::kUnits * Layout::kUnit;
      cp_async_16(shared_address(tile) +
                      (offset + row * Layout::kStride + column) * Layout::kElementSize,
                  matrix + (first + row) * row_stride + column,
                  first + row < rows && column < columns);
    }
  }

  FLEX_DEVICE void load_elements(const Element* matrix, int first, int offset) const {
    for (int i = threadIdx.x; i < kRows * kColumns; i += kThreads) {
      const int row = i / kColumns;
      const int column = i % kColumns;
      const bool inside = first + row < rows && column < columns;
      tile[offset + row * Layout::kStride + column] =
          inside ? matrix[(first + row) * row_stride + column] : Element();
    }
  }
};

/// Writes the rows of a tile that this warp owns, after it has filled them in shared memory.
template <int kColumns>
FLEX_DEVICE void store_rows(const config::Element* tile, int warp_row, int warp_rows,
                            config::Element* matrix, i64 row_stride, int first, int rows,
                            int columns) {
  using Layout = TileLayout<kColumns>;
  const int lane = threadIdx.x % 32;
  if constexpr (config::kAligned) {
    for (int i = lane; i < warp_rows * Layout::kUnits; i += 32) {
      const int row = warp_row + i / Layout::kUnits;
      const int column = i % Layout::kUnits * Layout::kUnit;
      if (first + row < rows && column < columns) {
        *reinterpret_cast<uint4*>(matrix + (first + row) * row_stride + column) =
            *reinterpret_cast<const uint4*>(tile + row * Layout::kStride + column);
      }
    }
  } else {
    for (int i = lane; i < warp_rows * kColumns; i += 32) {
      const int row = warp_row + i / kColumns;
      const int column = i % kColumns;
      if (first + row < rows && column < columns) {
        matrix[(first + row) * row_stride + column] = tile[row * Layout::kStride + column];
      }
    }
  }
}

}  // namespace flex
