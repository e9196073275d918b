// Attention forward for float32 in float32 arithmetic, on the ordinary cores. One block computes
// kBlockM queries of one head; a thread holds 4 rows of the scores and of the output, and every
// 16th column, so that 16 neighbouring lanes share a row.
#pragma once

#include "flex/core/arguments.cuh"
#include "flex/core/block_list.cuh"
#include "flex/core/hooks.cuh"
#include "flex/core/online_softmax.cuh"
#include "flex/core/recover.cuh"
#include "flex/core/row_stage.cuh"
#include "flex/core/tile_io.cuh"
#include "flex/variant.cuh"

namespace flex {

template <typename Variant>
struct ForwardSimt {
  using Arguments = ForwardArguments;
  using Row = typename Variant::Row;
  using Column = typename Variant::Column;

  static constexpr int kBlockM = config::kBlockM;
  static constexpr int kBlockN = config::kBlockN;
  static constexpr int kThreads = config::kWarps * 32;
  static constexpr int kMinBlocks = 1;
  static constexpr int kRows = 4;                          // of a thread
  static constexpr int kColumns = kBlockN / 16;            // of a thread, of the scores
  static constexpr int kVColumns = config::kValueDim / 16;  // of a thread, of the output
  static constexpr int kPStride = kBlockN + 4;
  static constexpr int kKvDim =
      config::kHeadDim > config::kValueDim ? config::kHeadDim : config::kValueDim;

  using QkLayout = TileLayout<config::kHeadDim>;
  using VoLayout = TileLayout<config::kValueDim>;
  using Work = flex::Work<config::kBlockM>;
  using Hooks = VariantHooks<Variant>;
  using Tiles =
      typename ChooseTiles<config::kBlockMask, KeyTiles<Work, kBlockN, Variant::kHasMask>>::Type;

  static_assert(kThreads * kRows == kBlockM * 16, "a thread holds 4 rows of the block");

  const ForwardArguments& arguments;
  Hooks hooks;
  RowStage<Row, kBlockM> rows;
  float* q_tile;
  float* kv_tile;  // K, then V of the same tile of keys
  float* p_tile;
  TileLoader<kBlockN, config::kHeadDim, kThreads> k;
  TileLoader<kBlockN, config::kValueDim, kThreads> v;
  float log2_scale;
  float output[kRows][kVColumns];
  OnlineSoftmax<kRows, 16> softmax;

  static FLEX_DEVICE void run(const ForwardArguments& arguments, const Variant& variant) {
    extern __shared__ uint4 shared[];
    ForwardSimt kernel(arguments, variant, reinterpret_cast<float*>(shared));
    kernel.compute();
  }

  FLEX_DEVICE ForwardSimt(const ForwardArguments& arguments, const Variant& variant, float* shared)
      : arguments(arguments),
        hooks(arguments, variant, Work::position(arguments)),
        q_tile(shared),
        kv_tile(shared + kBlockM * QkLayout::kStride),
        p_tile(kv_tile + kBlockN * TileLayout<kKvDim>::kStride),
        k{kv_tile, arguments.k_stride[2], arguments.kv_length, arguments.head_dim},
        v{kv_tile, arguments.v_stride[2], arguments.kv_length, arguments.value_dim},
        log2_scale(Hooks::log2_scale(arguments)) {
    FLEX_UNROLL
    for (int r = 0; r < kRows; ++r) {
      FLEX_UNROLL
      for (int c = 0; c < kVColumns; ++c) output[r][c] = 0.0f;
    }
  }

  static FLEX_DEVICE int column() { return threadIdx.x % 16; }
  static FLEX_DEVICE int row_of(int r) { return threadIdx.x / 16 * kRows + r; }

  FLEX_DEVICE void compute() {
    const Matrices matrices = Matrices::of(arguments, hooks.position);
    TileLoader<kBlockM, config::kHeadDim, kThreads>{q_tile, arguments.q_stride[2],
                                                    arguments.q_length, arguments.head_dim}
        .load(matrices.q, Work::q_start());
    rows.fill(hooks, Work::q_start());
    const Work work{};
    Tiles tiles(arguments, work);
    for (KeyTile tile = tiles.next(); tile.valid; tile = tiles.next()) step(tile, matrices);
    cp_async_commit();
    cp_async_wait<0>();
    finish();
  }

  FLEX_DEVICE void step(KeyTile tile, const Matrices& matrices) {
    k.load(matrices.k, tile.start);
    cp_async_commit();
    cp_async_wait<0>();
    __syncthreads();  // K is there
    float scores[kRows][kColumns];
    multiply_qk(scores);
    __syncthreads();  // K has been read
    v.load(matrices.v, tile.start);
    cp_async_commit();
    if (tile.masked) {
      apply<true>(scores, tile.start);
    } else if constexpr (Hooks::kChangesScores) {
      apply<false>(scores, tile.start);
    }
    exponentiate(scores);
    cp_async_wait<0>();
    __syncthreads();  // V and the probabilities are there
    multiply_pv();
    __syncthreads();  // they have been read
  }

  FLEX_DEVICE void multiply_qk(float (&scores)[kRows][kColumns]) const {
    FLEX_UNROLL
    for (int r = 0; r < kRows; ++r) {
      FLEX_UNROLL
      for (int c = 0; c < kColumns; ++c) scores[r][c] = 0.0f;
    }
#pragma unroll 2
    for (int d = 0; d < config::kHeadDim; d += 4) {
      float4 q[kRows];
      FLEX_UNROLL
      for (int r = 0; r < kRows; ++r) {
        q[r] = *reinterpret_cast<const float4*>(q_tile + row_of(r) * QkLayout::kStride + d);
      }
      FLEX_UNROLL
      for (int c = 0; c < kColumns; ++c) {
        const float4 key =
            *reinterpret_cast<const float4*>(kv_tile + (column() + 16 * c) * QkLayout::kStride + d);
        FLEX_UNROLL
        for (int r = 0; r < kRows; ++r) {
          float& score = scores[r][c];
          score = fmaf(q[r].x, key.x, score);
          score = fmaf(q[r].y, key.y, score);
          score = fmaf(q[r].z, key.z, score);
          score = fmaf(q[r].w, key.w, score);
        }
      }
    }
  }

  template <bool kMasked>
  FLEX_DEVICE void apply(float (&scores)[kRows][kColumns], int kv_start) const {
    Row row[kRows];
    FLEX_UNROLL
    for (int r = 0; r < kRows; ++r) row[r] = rows.read(row_of(r));
    FLEX_UNROLL
    for (int c = 0; c < kColumns; ++c) {
      const Key kv{kv_start + column(), 16 * c};
      const Column value = hooks.column(kv);
      FLEX_UNROLL
      for (int r = 0; r < kRows; ++r) {
        scores[r][c] = hooks.template apply<kMasked>(scores[r][c], row[r], value,
                                                     Work::q_start() + row_of(r), kv);
      }
    }
  }

  FLEX_DEVICE void exponentiate(const float (&scores)[kRows][kColumns]) {
    FLEX_UNROLL
    for (int r = 0; r < kRows; ++r) {
      float maximum = scores[r][0];
      FLEX_UNROLL
      for (int c = 1; c < kColumns; ++c) maximum = fast_max(maximum, scores[r][c]);
      const float factor = softmax.advance(r, maximum, log2_scale);
      FLEX_UNROLL
      for (int c = 0; c < kVColumns; ++c) output[r][c] *= factor;
      FLEX_UNROLL
      for (int c = 0; c < kColumns; ++c) {
        const float probability = exp2_approx(scores[r][c] * log2_scale - softmax.maximum[r]);
        softmax.sum[r] += probability;
        p_tile[row_of(r) * kPStride + column() + 16 * c] = probability;
      }
    }
  }

  FLEX_DEVICE void multiply_pv() {
#pragma unroll 1
    for (int n = 0; n < kBlockN; n += 4) {
      float4 p[kRows];
      FLEX_UNROLL
      for (int r = 0; r < kRows; ++r) {
        p[r] = *reinterpret_cast<const float4*>(p_tile + row_of(r) * kPStride + n);
      }
      FLEX_UNROLL
      for (int c = 0; c < kVColumns; ++c) {
        const float* value = kv_tile + n * VoLayout::kStride + column() + 16 * c;
        const float v0 = value[0];
        const float v1 = value[VoLayout::kStride];
        const float v2 = value[2 * VoLayout::kStride];
        const float v3 = value[3 * VoLayout::kStride];
        FLEX_UNROLL
        for (int r = 0; r < kRows; ++r) {
          float& sum = output[r][c];
          sum = fmaf(p[r].x, v0, sum);
          sum = fmaf(p[r].y, v1, sum);
          sum = fmaf(p[r].z, v2, sum);
          sum = fmaf(p[r].w, v3, sum);
        }
      }
    }
  }

  FLEX_DEVICE void finish() {
    const Position position = Work::position_again(arguments);
    float* matrix = static_cast<float*>(arguments.o) + position.b * arguments.o_stride[0] +
                    position.h * arguments.o_stride[1];
    float factors[kRows];
    bool damaged[kRows];
    FLEX_UNROLL
    for (int r = 0; r < kRows; ++r) {
      const int q = Work::q_start() + row_of(r);
      const float factor =
          finish_row(arguments, position, q, softmax.peak(r), softmax.total(r), column() == 0);
      factors[r] = factor;
      damaged[r] = false;
      FLEX_UNROLL
      for (int c = 0; c < kVColumns; ++c) {
        const int d = column() + 16 * c;
        if (q < arguments.q_length && d < arguments.value_dim) {
          // A row with no key left is 0 even where masked-out values are not finite.
          const float value = factor == 0.0f ? 0.0f : output[r][c] * factor;
          matrix[q * arguments.o_stride[2] + d] = value;
          damaged[r] = damaged[r] || needs_recovery(factor, value);
        }
      }
    }
    if constexpr (Hooks::kMayReject) recover(damaged, factors, matrix, position);
  }

  /// Computes again this warp's damaged rows; all its lanes take part in each.
  FLEX_DEVICE void recover(const bool (&damaged)[kRows], const float (&factors)[kRows],
                           float* matrix, Position position) {
    const Hooks again(arguments, hooks.variant, position);
    __syncwarp();
#pragma unroll 1
    for (int r = 0; r < kRows; ++r) {
      for (u32 lanes = __ballot_sync(~0u, pick(damaged, r)); lanes != 0;) {
        const int owner = __ffs(lanes) - 1;
        lanes &= ~(0xffffu << (owner & ~15));  // the sixteen lanes of the row
        const int q = Work::q_start() + __shfl_sync(~0u, row_of(r), owner);
        float* target = matrix + q * arguments.o_stride[2];
        recover_row(arguments, again, q, __shfl_sync(~0u, pick(softmax.maximum, r), owner),
                    __shfl_sync(~0u, pick(factors, r), owner), log2_scale,
                    [target](int d, float value) { target[d] = value; });
      }
    }
  }
};

}  // namespace flex
