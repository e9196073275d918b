// Attention forward for 16-bit elements on the tensor cores of compute capability 8.0 and later:
// mma.sync, cp.async, ldmatrix. One block computes kBlockM queries of one head; each warp holds
// kBlockM / kWarps of them in full, so that softmax needs no communication between warps.
#pragma once

#include "flex/arch/ldmatrix.cuh"
#include "flex/arch/mma_sm80.cuh"
#include "flex/core/arguments.cuh"
#include "flex/core/block_list.cuh"
#include "flex/core/hooks.cuh"
#include "flex/core/online_softmax.cuh"
#include "flex/core/recover.cuh"
#include "flex/core/row_stage.cuh"
#include "flex/core/tile_io.cuh"
#include "flex/variant.cuh"

namespace flex {

/// Which tiles of a loop are masked: all, none, or those that say so. Two loops, one for masked tiles
/// and one for the rest, take less time and more registers than one that asks.
enum class Masking { kAlways, kNever, kByTile };

template <typename Variant>
struct ForwardSm80 {
  using Arguments = ForwardArguments;
  using Element = config::Element;
  using Work = flex::Work<config::kBlockM>;
  using Hooks = VariantHooks<Variant>;
  using Row = typename Variant::Row;
  using Column = typename Variant::Column;

  static constexpr int kBlockM = config::kBlockM;
  static constexpr int kBlockN = config::kBlockN;
  static constexpr int kThreads = config::kWarps * 32;
  static constexpr int kMinBlocks = 8 / config::kWarps;
  static constexpr int kWarpRows = kBlockM / config::kWarps;
  static constexpr int kMTiles = kWarpRows / 16;           // 16-row tiles of a warp
  static constexpr int kNTiles = kBlockN / 8;              // 8-key tiles of the scores
  static constexpr int kVTiles = config::kValueDim / 8;    // 8-column tiles of the output
  static constexpr int kDSteps = config::kHeadDim / 16;    // steps of Q K^T
  static constexpr int kNSteps = kBlockN / 16;             // steps of P V
  static constexpr int kRowsPerThread = 2 * kMTiles;
  static constexpr int kStages = config::kStages;
  // Fragments of Q are kept where registers allow; else they are read again for every tile of keys.
  static constexpr bool kKeepQ = kMTiles * kDSteps <= 8 && kBlockN <= 64;
  // Whether a rescale of the output costs more than to ask whether one is needed.
  static constexpr bool kSkipRescale = config::kValueDim > 64;

  using QkLayout = TileLayout<config::kHeadDim>;
  using VoLayout = TileLayout<config::kValueDim>;
  using KLoader = TileLoader<kBlockN, config::kHeadDim, kThreads>;
  using VLoader = TileLoader<kBlockN, config::kValueDim, kThreads>;
  static constexpr int kStageElements = kBlockN * (QkLayout::kStride + VoLayout::kStride);
  using Tiles = typename ChooseTiles<config::kBlockMask,
                                     KeyTiles<Work, kBlockN, Variant::kHasMask>>::Type;

  static_assert(kWarpRows % 16 == 0 && kBlockN % 16 == 0, "tiles are multiples of the mma shape");

  const ForwardArguments& arguments;
  Hooks hooks;
  RowStage<Row, kBlockM> rows;
  Element* q_tile;
  KLoader k;
  VLoader v;
  int buffer = 0;  // elements from the first stage's tiles to the current ones
  float log2_scale;

  float output[kMTiles][kVTiles][4];
  u32 q_fragments[kKeepQ ? kMTiles : 1][kKeepQ ? kDSteps : 1][4];
  OnlineSoftmax<kRowsPerThread, 4> softmax;

  static FLEX_DEVICE void run(const ForwardArguments& arguments, const Variant& variant) {
    extern __shared__ uint4 shared[];
    ForwardSm80 kernel(arguments, variant, reinterpret_cast<Element*>(shared));
    kernel.compute();
  }

  FLEX_DEVICE ForwardSm80(const ForwardArguments& arguments, const Variant& variant, Element* shared)
      : arguments(arguments),
        hooks(arguments, variant, Work::position(arguments)),
        q_tile(shared),
        k{shared + kBlockM * QkLayout::kStride, arguments.k_stride[2],
          arguments.kv_length, arguments.head_dim},
        v{shared + (kBlockM + kBlockN) * QkLayout::kStride, arguments.v_stride[2],
          arguments.kv_length, arguments.value_dim},
        log2_scale(Hooks::log2_scale(arguments)) {
    FLEX_UNROLL
    for (int i = 0; i < kMTiles; ++i) {
      FLEX_UNROLL
      for (int j = 0; j < kVTiles; ++j) {
        FLEX_UNROLL
        for (int e = 0; e < 4; ++e) output[i][j][e] = 0.0f;
      }
    }
  }

  static FLEX_DEVICE int lane() { return thread_index() % 32; }
  static FLEX_DEVICE int warp_row() { return thread_index() / 32 * kWarpRows; }

  /// This thread's row r within the block.
  static FLEX_DEVICE int row_of(int r) { return warp_row() + lane() / 4 + row_offset(r); }
  static FLEX_DEVICE int row_offset(int r) { return r / 2 * 16 + r % 2 * 8; }

  FLEX_DEVICE void compute() {
    // The addresses are needed once a tile, and registers are what this kernel lacks: they wait in
    // shared memory, read through a volatile pointer so that they stay there.
    __shared__ Matrices stage;
    const Matrices matrices = Matrices::of(arguments, hooks.position);
    if (threadIdx.x == 0) stage = matrices;

    TileLoader<kBlockM, config::kHeadDim, kThreads>{q_tile, arguments.q_stride[2],
                                                    arguments.q_length, arguments.head_dim}
        .load(matrices.q, Work::q_start());
    // After the queries are under way: a block mask's lists take a while to arrive.
    const Work work{};
    Tiles tiles(arguments, work);
    KeyTile tile = tiles.next();
    if (tile.valid) {
      k.load(matrices.k, tile.start);
      if constexpr (kStages == 2) v.load(matrices.v, tile.start);
    }
    cp_async_commit();
    rows.fill(hooks, Work::q_start());
    if constexpr (kKeepQ) {
      cp_async_wait<0>();
      __syncthreads();
      read_q();
    }

    if constexpr (Tiles::kAllMasked) {
      while (tile.valid) tile = step<Masking::kAlways>(tile, tiles, stage);
    } else if constexpr (config::kTwoLoops) {
      while (tile.valid && tile.masked) tile = step<Masking::kAlways>(tile, tiles, stage);
      while (tile.valid) tile = step<Masking::kNever>(tile, tiles, stage);
    } else {
      while (tile.valid) tile = step<Masking::kByTile>(tile, tiles, stage);
    }
    cp_async_wait<0>();
    finish();
  }

  /// One tile of keys: S = Q K^T, score, mask, softmax, O += P V. Gives the next tile. With one stage
  /// V is read under the first product and the next tile's K under the second; with two, both of the
  /// next tile are read under all of this one, and one barrier is enough.
  template <Masking kMasking>
  FLEX_DEVICE KeyTile step(KeyTile tile, Tiles& tiles, const volatile Matrices& matrices) {
    cp_async_wait<0>();
    __syncthreads();  // K is there, and the tile before has been read
    const KeyTile next = tiles.next();
    if constexpr (kStages == 2) {
      if (next.valid) {
        k.load(matrices.k, next.start, kStageElements - buffer);
        v.load(matrices.v, next.start, kStageElements - buffer);
      }
    } else {
      v.load(matrices.v, tile.start);
    }
    cp_async_commit();
    __shared__ float parked[2 * kRowsPerThread][kThreads];
    if constexpr (config::kPark) softmax.park(parked);

    float scores[kMTiles][kNTiles][4];
    multiply_qk(scores);

    if constexpr (kStages == 1) {
      cp_async_wait<0>();
      __syncthreads();  // V is there, and K has been read
      if (next.valid) k.load(matrices.k, next.start);
      cp_async_commit();
    }

    if (kMasking == Masking::kAlways || (kMasking == Masking::kByTile && tile.masked)) {
      apply<true>(scores, tile.start);
    } else if constexpr (Hooks::kChangesScores) {
      apply<false>(scores, tile.start);
    }
    if constexpr (config::kPark) softmax.resume(parked);
    advance_softmax(scores);
    multiply_pv(scores);
    if constexpr (kStages == 2) buffer = kStageElements - buffer;
    return next;
  }

  FLEX_DEVICE void read_q() {
    const u32 address = q_address();
    FLEX_UNROLL
    for (int i = 0; i < kMTiles; ++i) {
      FLEX_UNROLL
      for (int d = 0; d < kDSteps; ++d) ldmatrix_x4(q_fragments[i][d], address + q_offset(i, d));
    }
  }

  /// Where this lane's row of the first fragment of Q lies, and how far the others are from it.
  FLEX_DEVICE u32 q_address() const {
    const int row = warp_row() + lane() % 16;
    return shared_address(q_tile) + (row * QkLayout::kStride + lane() / 16 * 8) * 2;
  }
  static FLEX_DEVICE int q_offset(int i, int d) { return (i * 16 * QkLayout::kStride + d * 16) * 2; }

  FLEX_DEVICE void multiply_qk(float (&scores)[kMTiles][kNTiles][4]) {
    FLEX_UNROLL
    for (int i = 0; i < kMTiles; ++i) {
      FLEX_UNROLL
      for (int j = 0; j < kNTiles; ++j) {
        FLEX_UNROLL
        for (int e = 0; e < 4; ++e) scores[i][j][e] = 0.0f;
      }
    }
    const int lane = ForwardSm80::lane();
    const int k_row = lane % 8 + lane / 16 * 8;
    const u32 k_address =
        shared_address(k.tile) + (buffer + k_row * QkLayout::kStride + lane / 8 % 2 * 8) * 2;
    const u32 q_address = kKeepQ ? 0 : this->q_address();
#pragma unroll 8
    for (int d = 0; d < kDSteps; ++d) {
      u32 q[kMTiles][4];
      FLEX_UNROLL
      for (int i = 0; i < kMTiles; ++i) {
        if constexpr (kKeepQ) {
          FLEX_UNROLL
          for (int e = 0; e < 4; ++e) q[i][e] = q_fragments[i][d][e];
        } else {
          ldmatrix_x4(q[i], q_address + q_offset(i, d));
        }
      }
      FLEX_UNROLL
      for (int j = 0; j < kNTiles / 2; ++j) {
        u32 fragment[4];
        ldmatrix_x4(fragment, k_address + (j * 16 * QkLayout::kStride + d * 16) * 2);
        FLEX_UNROLL
        for (int i = 0; i < kMTiles; ++i) {
          mma_m16n8k16<Element>(scores[i][2 * j], q[i], fragment[0], fragment[1]);
          mma_m16n8k16<Element>(scores[i][2 * j + 1], q[i], fragment[2], fragment[3]);
        }
      }
    }
  }

  /// The variant's hooks on this thread's scores, column by column: what depends on the key alone is
  /// computed once for all rows.
  template <bool kMasked>
  FLEX_DEVICE void apply(float (&scores)[kMTiles][kNTiles][4], int kv_start) const {
    const int first_row = row_of(0);
    const int first_kv = kv_start + lane() % 4 * 2;
    Row row[kRowsPerThread];
    FLEX_UNROLL
    for (int r = 0; r < kRowsPerThread; ++r) row[r] = rows.read(first_row + row_offset(r));
    FLEX_UNROLL
    for (int j = 0; j < kNTiles; ++j) {
      FLEX_UNROLL
      for (int c = 0; c < 2; ++c) {
        const Key kv{first_kv, j * 8 + c};
        const Column column = hooks.column(kv);
        FLEX_UNROLL
        for (int r = 0; r < kRowsPerThread; ++r) {
          const int q = Work::q_start() + first_row + row_offset(r);
          float& score = scores[r / 2][j][r % 2 * 2 + c];
          score = hooks.template apply<kMasked>(score, row[r], column, q, kv);
        }
      }
    }
  }

  /// Takes the tile into the running maxima and rescales what was accumulated before, unless no
  /// maximum of this warp has changed. One branch for all rows: what follows is straight-line code.
  FLEX_DEVICE void advance_softmax(const float (&scores)[kMTiles][kNTiles][4]) {
    float factors[kRowsPerThread];
    bool changed = false;
    FLEX_UNROLL
    for (int r = 0; r < kRowsPerThread; ++r) {
      const float (&line)[kNTiles][4] = scores[r / 2];
      const int e = r % 2 * 2;
      float maximum = fast_max(line[0][e], line[0][e + 1]);
      FLEX_UNROLL
      for (int j = 1; j < kNTiles; ++j) {
        maximum = fast_max(maximum, fast_max(line[j][e], line[j][e + 1]));
      }
      factors[r] = softmax.advance(r, maximum, log2_scale);
      changed = changed || factors[r] != 1.0f;
    }
    if (!kSkipRescale || __any_sync(~0u, changed)) {
      FLEX_UNROLL
      for (int r = 0; r < kRowsPerThread; ++r) {
        const int e = r % 2 * 2;
        FLEX_UNROLL
        for (int j = 0; j < kVTiles; ++j) {
          output[r / 2][j][e] *= factors[r];
          output[r / 2][j][e + 1] *= factors[r];
        }
      }
    }
  }

  /// O += P V. The exponentials of a step stand before its products, so that the special function
  /// unit works on the next step while the tensor cores work on this one.
  FLEX_DEVICE void multiply_pv(const float (&scores)[kMTiles][kNTiles][4]) {
    const int lane = ForwardSm80::lane();
    const u32 v_address =
        shared_address(v.tile) + (buffer + lane % 16 * VoLayout::kStride + lane / 16 * 8) * 2;
    FLEX_UNROLL
    for (int n = 0; n < kNSteps; ++n) {
      u32 probabilities[kMTiles][4];
      FLEX_UNROLL
      for (int i = 0; i < kMTiles; ++i) {
        FLEX_UNROLL
        for (int e = 0; e < 4; ++e) {
          const float (&quad)[4] = scores[i][2 * n + e / 2];
          const int r = i * 2 + e % 2;
          const float low = exp2_approx(quad[e % 2 * 2] * log2_scale - softmax.maximum[r]);
          const float high = exp2_approx(quad[e % 2 * 2 + 1] * log2_scale - softmax.maximum[r]);
          softmax.sum[r] += low + high;
          probabilities[i][e] = pack<Element>(low, high);
        }
      }
      FLEX_UNROLL
      for (int j = 0; j < kVTiles / 2; ++j) {
        u32 fragment[4];
        ldmatrix_x4_transposed(fragment, v_address + (n * 16 * VoLayout::kStride + j * 16) * 2);
        FLEX_UNROLL
        for (int i = 0; i < kMTiles; ++i) {
          mma_m16n8k16<Element>(output[i][2 * j], probabilities[i], fragment[0], fragment[1]);
          mma_m16n8k16<Element>(output[i][2 * j + 1], probabilities[i], fragment[2], fragment[3]);
        }
      }
    }
  }

  /// Divides by the sum, adds the sink, and writes the output and the statistics.
  FLEX_DEVICE void finish() {
    const Position position = Work::position_again(arguments);
    __syncthreads();  // every warp has read its last tile: the output goes through the same memory
    float factors[kRowsPerThread];
    bool damaged[kRowsPerThread];
    Element* target = q_tile + row_of(0) * VoLayout::kStride + lane() % 4 * 2;
    FLEX_UNROLL
    for (int r = 0; r < kRowsPerThread; ++r) {
      const float factor = finish_row(arguments, position, Work::q_start() + row_of(r), softmax.peak(r),
                                      softmax.total(r), lane() % 4 == 0);
      const int e = r % 2 * 2;
      factors[r] = factor;
      damaged[r] = false;
      FLEX_UNROLL
      for (int j = 0; j < kVTiles; ++j) {
        const float (&quad)[4] = output[r / 2][j];
        // A row with no key left is 0 even where masked-out values are not finite.
        const float low = factor == 0.0f ? 0.0f : quad[e] * factor;
        const float high = factor == 0.0f ? 0.0f : quad[e + 1] * factor;
        damaged[r] = damaged[r] || needs_recovery(factor, low + high);
        *reinterpret_cast<u32*>(target + row_offset(r) * VoLayout::kStride + j * 8) =
            pack<Element>(low, high);
      }
    }
    if constexpr (Hooks::kMayReject) recover(damaged, factors, position);
    __syncwarp();
    Element* matrix = static_cast<Element*>(arguments.o) + position.b * arguments.o_stride[0] +
                      position.h * arguments.o_stride[1];
    store_rows<config::kValueDim>(q_tile, warp_row(), kWarpRows, matrix, arguments.o_stride[2],
                                  Work::q_start(), arguments.q_length, arguments.value_dim);
  }

  /// Computes again this warp's damaged rows; all its lanes take part in each.
  FLEX_DEVICE void recover(const bool (&damaged)[kRowsPerThread],
                           const float (&factors)[kRowsPerThread], Position position) {
    const Hooks again(arguments, hooks.variant, position);
    __syncwarp();
#pragma unroll 1
    for (int r = 0; r < kRowsPerThread; ++r) {
      const bool mine = pick(damaged, r) && Work::q_start() + row_of(r) < arguments.q_length;
      for (u32 lanes = __ballot_sync(~0u, mine); lanes != 0;) {
        const int owner = __ffs(lanes) - 1;
        lanes &= ~(0xfu << (owner & ~3));  // the four lanes of the row
        const int row = __shfl_sync(~0u, row_of(r), owner);
        Element* target = q_tile + row * VoLayout::kStride;
        recover_row(arguments, again, Work::q_start() + row,
                    __shfl_sync(~0u, pick(softmax.maximum, r), owner),
                    __shfl_sync(~0u, pick(factors, r), owner), log2_scale,
                    [target](int d, float value) { target[d] = from_float<Element>(value); });
      }
    }
  }
};

}  // namespace flex
