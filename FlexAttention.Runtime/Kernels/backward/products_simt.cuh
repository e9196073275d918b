// Products of tiles in shared memory in float32, on the ordinary cores: what products_sm80.cuh has, in the same
// terms. A thread holds 4 rows and every 16th column, so that 16 neighbouring lanes share their rows.
#pragma once

#include "flex/config.cuh"
#include "flex/core/tile_io.cuh"
#include "flex/core/types.cuh"

namespace flex {

struct ProductsSimt {
  using Element = float;

  static constexpr int kThreads = config::kWarps * 32;
  static constexpr int kMinBlocks = 1;
  static constexpr int kHeldColumns = 512;  // of dK and dV, that fit the registers
  static constexpr int kWarpRows = config::kBlockN / config::kWarps;
  static constexpr int kRows = 4;
  static constexpr int kColumns = 1;
  static constexpr int kStep = config::kBlockM;

  static_assert(kThreads * kRows == config::kBlockN * 16, "a thread holds 4 rows of the block");
  static_assert(config::kBlockM % 16 == 0, "16 lanes share a row");

  static FLEX_DEVICE int warp_row() { return threadIdx.x / 32 * kWarpRows; }
  static FLEX_DEVICE int first_row() { return threadIdx.x / 16 * kRows; }
  static FLEX_DEVICE constexpr int row_offset(int r) { return r; }
  static FLEX_DEVICE int row_of(int r) { return first_row() + row_offset(r); }
  static FLEX_DEVICE int first_column() { return threadIdx.x % 16; }
  static FLEX_DEVICE constexpr int column_offset(int) { return 0; }

  template <int kWidth>
  struct Sums {
    float values[kRows][kWidth / 16];

    FLEX_DEVICE void clear() {
      FLEX_UNROLL
      for (int r = 0; r < kRows; ++r) {
        FLEX_UNROLL
        for (int c = 0; c < kWidth / 16; ++c) values[r][c] = 0.0f;
      }
    }

    FLEX_DEVICE float& at(int r, int chunk, int) { return values[r][chunk]; }
  };

  /// A chunk of 16 columns: the lanes that share a row hold one column each.
  struct Left {
    float values[kRows];

    template <int kWidth>
    FLEX_DEVICE Left(const Sums<kWidth>& sums, int chunk) {
      FLEX_UNROLL
      for (int r = 0; r < kRows; ++r) values[r] = sums.values[r][chunk];
    }
  };

  template <int kLength, int kWidth>
  static FLEX_DEVICE void multiply_transposed(Sums<kWidth>& sums, const float* a, const float* b) {
    constexpr int kStride = TileLayout<kLength>::kStride;
    sums.clear();
#pragma unroll 2
    for (int d = 0; d < kLength; d += 4) {
      float4 left[kRows];
      FLEX_UNROLL
      for (int r = 0; r < kRows; ++r) left[r] = *reinterpret_cast<const float4*>(a + row_of(r) * kStride + d);
      FLEX_UNROLL
      for (int c = 0; c < kWidth / 16; ++c) {
        const float4 right = *reinterpret_cast<const float4*>(b + (first_column() + 16 * c) * kStride + d);
        FLEX_UNROLL
        for (int r = 0; r < kRows; ++r) {
          float& sum = sums.values[r][c];
          sum = fmaf(left[r].x, right.x, sum);
          sum = fmaf(left[r].y, right.y, sum);
          sum = fmaf(left[r].z, right.z, sum);
          sum = fmaf(left[r].w, right.w, sum);
        }
      }
    }
  }

  template <int kWidth>
  static FLEX_DEVICE void add(Sums<kWidth>& sums, const Left& a, const float* b) {
    constexpr int kStride = TileLayout<kWidth>::kStride;
#pragma unroll 4
    for (int n = 0; n < 16; ++n) {
      float left[kRows];
      FLEX_UNROLL
      for (int r = 0; r < kRows; ++r) left[r] = __shfl_sync(~0u, a.values[r], n, 16);
      FLEX_UNROLL
      for (int c = 0; c < kWidth / 16; ++c) {
        const float right = b[n * kStride + first_column() + 16 * c];
        FLEX_UNROLL
        for (int r = 0; r < kRows; ++r) sums.values[r][c] = fmaf(left[r], right, sums.values[r][c]);
      }
    }
  }
};

}  // namespace flex
