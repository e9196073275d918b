// Products of tiles in shared memory by mma.sync. The passes hold what they need of them in these terms: a block
// has kBlockN rows, of which each thread holds parts of kRows; columns go by in chunks of 16, of which each thread
// holds kColumns.
#pragma once

#include "flex/arch/ldmatrix.cuh"
#include "flex/arch/mma_sm80.cuh"
#include "flex/config.cuh"
#include "flex/core/tile_io.cuh"
#include "flex/core/types.cuh"

namespace flex {

struct ProductsSm80 {
  using Element = config::Element;

  static constexpr int kThreads = config::kWarps * 32;
  static constexpr int kMinBlocks = 8 / config::kWarps;
  static constexpr int kHeldColumns = 320;  // of dK and dV, that 16 rows of a warp can hold
  static constexpr int kWarpRows = config::kBlockN / config::kWarps;
  static constexpr int kMTiles = kWarpRows / 16;  // 16-row tiles of a warp
  static constexpr int kRows = 2 * kMTiles;
  static constexpr int kColumns = 4;
  /// Columns whose scores a warp holds at once: as many as leave registers for the sums.
  static constexpr int kMostColumns = kMTiles == 1 ? 64 : kMTiles == 2 ? 32 : 16;
  static constexpr int kStep = config::kBlockM < kMostColumns ? config::kBlockM : kMostColumns;

  static_assert(kWarpRows % 16 == 0 && config::kBlockM % 16 == 0, "tiles are multiples of the mma shape");

  static FLEX_DEVICE int lane() { return thread_index() % 32; }
  static FLEX_DEVICE int warp_row() { return thread_index() / 32 * kWarpRows; }

  /// This thread's row r is first_row() + row_offset(r).
  static FLEX_DEVICE int first_row() { return warp_row() + lane() / 4; }
  static FLEX_DEVICE constexpr int row_offset(int r) { return 8 * r; }
  static FLEX_DEVICE int row_of(int r) { return first_row() + row_offset(r); }

  /// This thread's column i of a chunk is first_column() + column_offset(i).
  static FLEX_DEVICE int first_column() { return lane() % 4 * 2; }
  static FLEX_DEVICE constexpr int column_offset(int i) { return i / 2 * 8 + i % 2; }

  /// What a thread holds of a matrix of kBlockN rows and kWidth columns.
  template <int kWidth>
  struct Sums {
    float tiles[kMTiles][kWidth / 8][4];

    FLEX_DEVICE void clear() {
      FLEX_UNROLL
      for (int i = 0; i < kMTiles; ++i) {
        FLEX_UNROLL
        for (int j = 0; j < kWidth / 8; ++j) {
          FLEX_UNROLL
          for (int e = 0; e < 4; ++e) tiles[i][j][e] = 0.0f;
        }
      }
    }

    /// Row r, column i of a chunk.
    FLEX_DEVICE float& at(int r, int chunk, int i) { return tiles[r / 2][2 * chunk + i / 2][r % 2 * 2 + i % 2]; }
  };

  /// A chunk of 16 columns, rounded, as the left operand of `add`.
  struct Left {
    u32 fragments[kMTiles][4];

    template <int kWidth>
    FLEX_DEVICE Left(const Sums<kWidth>& sums, int chunk) {
      FLEX_UNROLL
      for (int i = 0; i < kMTiles; ++i) {
        FLEX_UNROLL
        for (int e = 0; e < 4; ++e) {
          const float (&quad)[4] = sums.tiles[i][2 * chunk + e / 2];
          fragments[i][e] = pack<Element>(quad[e % 2 * 2], quad[e % 2 * 2 + 1]);
        }
      }
    }
  };

  /// sums = A B^T over kLength columns of both: A has kBlockN rows, B kWidth.
  template <int kLength, int kWidth>
  static FLEX_DEVICE void multiply_transposed(Sums<kWidth>& sums, const Element* a, const Element* b) {
    constexpr int kStride = TileLayout<kLength>::kStride;
    const u32 a_address = shared_address(a) + ((warp_row() + lane() % 16) * kStride + lane() / 16 * 8) * 2;
    const u32 b_address = shared_address(b) + ((lane() % 8 + lane() / 16 * 8) * kStride + lane() / 8 % 2 * 8) * 2;
    sums.clear();
#pragma unroll 8
    for (int s = 0; s < kLength / 16; ++s) {
      u32 left[kMTiles][4];
      FLEX_UNROLL
      for (int i = 0; i < kMTiles; ++i) ldmatrix_x4(left[i], a_address + (i * 16 * kStride + s * 16) * 2);
      FLEX_UNROLL
      for (int j = 0; j < kWidth / 16; ++j) {
        u32 right[4];
        ldmatrix_x4(right, b_address + (j * 16 * kStride + s * 16) * 2);
        multiply(sums, j, left, right);
      }
    }
  }

  /// sums += A B: a chunk of A's columns, and the rows of B that belong to it.
  template <int kWidth>
  static FLEX_DEVICE void add(Sums<kWidth>& sums, const Left& a, const Element* b) {
    constexpr int kStride = TileLayout<kWidth>::kStride;
    const u32 b_address = shared_address(b) + (lane() % 16 * kStride + lane() / 16 * 8) * 2;
    FLEX_UNROLL
    for (int j = 0; j < kWidth / 16; ++j) {
      u32 right[4];
      ldmatrix_x4_transposed(right, b_address + j * 16 * 2);
      multiply(sums, j, a.fragments, right);
    }
  }

 private:
  template <int kWidth>
  static FLEX_DEVICE void multiply(Sums<kWidth>& sums, int j, const u32 (&left)[kMTiles][4], const u32 (&right)[4]) {
    FLEX_UNROLL
    for (int i = 0; i < kMTiles; ++i) {
      mma_m16n8k16<Element>(sums.tiles[i][2 * j], left[i], right[0], right[1]);
      mma_m16n8k16<Element>(sums.tiles[i][2 * j + 1], left[i], right[2], right[3]);
    }
  }
};

}  // namespace flex
