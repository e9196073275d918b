// Gradients of queries: one tile of queries, against the tiles of keys that it sees. The tile's sizes change
// roles: kBlockN queries stay, kBlockM keys go by.
#pragma once

#include "flex/backward/damage.cuh"
#include "flex/backward/gradient.cuh"
#include "flex/backward/result.cuh"
#include "flex/backward/work.cuh"
#include "flex/core/gradient_hooks.cuh"
#include "flex/core/row_stage.cuh"
#include "flex/core/tile_io.cuh"

namespace flex {

template <typename Products, typename Variant>
struct QueryPass {
  using Element = config::Element;
  using Arguments = LearnedBackwardArguments<Variant::kLearnables>;
  using Hooks = GradientHooks<Variant>;
  using Row = typename Variant::Row;
  using Column = typename Variant::Column;

  static constexpr int kBlockQ = config::kBlockN;
  static constexpr int kBlockKv = config::kBlockM;
  static constexpr int kThreads = Products::kThreads;
  static constexpr int kQueries = Products::kRows;  // of a thread
  static constexpr int kStages = config::kStages;

  using Work = flex::Work<kBlockQ>;
  using Tiles = typename ChooseTiles<config::kBlockMask, KeyTiles<Work, kBlockKv, Variant::kHasMask>>::Type;
  static constexpr int kStep = Products::kStep;
  using Scores = typename Products::template Sums<kStep>;
  using QkLayout = TileLayout<config::kHeadDim>;
  using VoLayout = TileLayout<config::kValueDim>;
  static constexpr int kStageElements = kBlockKv * (QkLayout::kStride + VoLayout::kStride);

  /// What would else take registers, which this kernel lacks.
  struct Statics {
    Matrices matrices;
    float lse[kBlockQ];
    float delta[kBlockQ];
  };

  const Arguments& arguments;
  Statics& statics;
  const Hooks hooks;
  RowStage<Row, kBlockQ> rows;
  Element* q_tile;
  Element* d_output_tile;
  Element* stages;  // K, then V, of each stage
  int stage = 0;

  typename Products::template Sums<config::kHeadDim> dq;

  FLEX_DEVICE QueryPass(const Arguments& arguments, const Variant& variant, Statics& statics, Element* shared)
      : arguments(arguments),
        statics(statics),
        hooks(arguments.forward, variant, Work::position(arguments.forward)),
        q_tile(shared),
        d_output_tile(shared + kBlockQ * QkLayout::kStride),
        stages(shared + kBlockQ * (QkLayout::kStride + VoLayout::kStride)) {
    dq.clear();
  }

  FLEX_DEVICE void run() {
    const Matrices matrices = Matrices::of(arguments.forward, hooks.position);
    if (threadIdx.x == 0) statics.matrices = matrices;
    load_queries(matrices);
    const Work work{};
    Tiles tiles(arguments.forward, work);
    KeyTile tile = tiles.next();
    load(tile, 0, matrices.k, matrices.v);
    rows.fill(hooks, Work::q_start());
    read_statistics();
    while (tile.valid) {
      while (tile.valid && tile.masked) tile = step<true>(tile, tiles);
      if constexpr (!Tiles::kAllMasked) {
        while (tile.valid && !tile.masked) tile = step<false>(tile, tiles);
      }
    }
    cp_async_wait<0>();
    __syncthreads();  // without a tile of keys nobody has waited for the queries
    finish();
  }

 private:
  FLEX_DEVICE void load_queries(const Matrices& matrices) const {
    const ForwardArguments& forward = arguments.forward;
    TileLoader<kBlockQ, config::kHeadDim, kThreads>{q_tile, forward.q_stride[2], forward.q_length, forward.head_dim}
        .load(matrices.q, Work::q_start());
    TileLoader<kBlockQ, config::kValueDim, kThreads>{d_output_tile, arguments.d_output_stride[2], forward.q_length,
                                                     forward.value_dim}
        .load(d_output_of(arguments, hooks.position), Work::q_start());
  }

  FLEX_DEVICE void read_statistics() {
    const i64 first = workspace_row(arguments, hooks.position) + Work::q_start();
    for (int i = threadIdx.x; i < kBlockQ; i += kThreads) {
      statics.lse[i] = arguments.lse_log2[first + i];
      statics.delta[i] = arguments.delta[first + i];
    }
  }

  FLEX_DEVICE Element* k_tile(int stage) const { return stages + stage * kStageElements; }
  FLEX_DEVICE Element* v_tile(int stage) const { return k_tile(stage) + kBlockKv * QkLayout::kStride; }

  /// Starts to read a tile of keys and values.
  FLEX_DEVICE void load(KeyTile tile, int stage, const Element* keys, const Element* values) const {
    if (tile.valid) {
      const ForwardArguments& forward = arguments.forward;
      TileLoader<kBlockKv, config::kHeadDim, kThreads>{k_tile(stage), forward.k_stride[2], forward.kv_length,
                                                       forward.head_dim}
          .load(keys, tile.start);
      TileLoader<kBlockKv, config::kValueDim, kThreads>{v_tile(stage), forward.v_stride[2], forward.kv_length,
                                                        forward.value_dim}
          .load(values, tile.start);
    }
    cp_async_commit();
  }

  FLEX_DEVICE void load_next(KeyTile tile, int stage) const {
    const volatile Matrices& matrices = statics.matrices;  // volatile: else they would be read once, and kept
    load(tile, stage, matrices.k, matrices.v);
  }

  /// One tile of keys; gives the next. With two stages the next tile is read under all of this one.
  template <bool kMasked>
  FLEX_DEVICE KeyTile step(KeyTile tile, Tiles& tiles) {
    cp_async_wait<0>();
    __syncthreads();  // the keys are there, and the tile before has been read
    const KeyTile next = tiles.next();
    if constexpr (kStages == 2) load_next(next, 1 - stage);
#pragma unroll 1  // or the loads of one step take the registers of another
    for (int first = 0; first < kBlockKv; first += kStep) add_pairs<kMasked>(tile.start, first);
    if constexpr (kStages == 2) {
      stage = 1 - stage;
    } else {
      __syncthreads();  // the keys have been read
      load_next(next, 0);
    }
    return next;
  }

  /// Adds the pairs with kStep keys, from `first` of the tile on.
  template <bool kMasked>
  FLEX_DEVICE void add_pairs(int kv_start, int first) {
    const Element* keys = k_tile(stage) + first * QkLayout::kStride;
    Scores scores;
    Scores gradients;
    Products::template multiply_transposed<config::kHeadDim>(scores, q_tile, keys);
    Products::template multiply_transposed<config::kValueDim>(gradients, d_output_tile,
                                                              v_tile(stage) + first * VoLayout::kStride);
    Row row[kQueries];
    FLEX_UNROLL
    for (int r = 0; r < kQueries; ++r) row[r] = rows.read(Products::row_of(r));
    FLEX_UNROLL
    for (int chunk = 0; chunk < kStep / 16; ++chunk) {
      differentiate<kMasked>(kv_start + first, chunk, row, scores, gradients);
      Products::add(dq, {gradients, chunk}, keys + chunk * 16 * QkLayout::kStride);
    }
  }

  /// Of a chunk of keys: makes of what the probabilities add to the loss what the scaled dot products add to it.
  template <bool kMasked>
  FLEX_DEVICE void differentiate(int kv_start, int chunk, const Row (&row)[kQueries], Scores& scores,
                                 Scores& gradients) const {
    constexpr bool kMayReject = kMasked || Variant::kHasScore;
    const float log2_scale = Hooks::log2_scale(arguments.forward);
    float lse[kQueries];
    float delta[kQueries];
    FLEX_UNROLL
    for (int r = 0; r < kQueries; ++r) {
      lse[r] = statics.lse[Products::row_of(r)];
      delta[r] = statics.delta[Products::row_of(r)];
    }
    FLEX_UNROLL
    for (int i = 0; i < Products::kColumns; ++i) {
      const Key kv{kv_start + Products::first_column(), chunk * 16 + Products::column_offset(i)};
      const Column column = hooks.column(kv);
      FLEX_UNROLL
      for (int r = 0; r < kQueries; ++r) {
        const int q = Work::q_start() + Products::row_of(r);
        float derivative;
        const float score = hooks.template apply<kMasked>(scores.at(r, chunk, i), row[r], column, q, kv, derivative);
        const float probability = exp2_approx(score * log2_scale - lse[r]);
        float& sum = gradients.at(r, chunk, i);
        const float gradient = score_gradient<kMayReject>(probability, sum, delta[r]);
        sum = dot_gradient<kMayReject>(probability, gradient, derivative);
      }
    }
  }

  FLEX_DEVICE void finish() {
    const ForwardArguments& forward = arguments.forward;
    const Position head = Work::position_again(forward);
    Element* matrix =
        gradient_of(arguments.dq, head.b * forward.q_heads + head.h, forward.q_length, forward.head_dim);
    const u32 damaged = write_result<Products, config::kHeadDim>(
        dq, forward.scale, q_tile, matrix, {Work::q_start(), forward.q_length}, forward.head_dim);
    if constexpr (!Hooks::kMayReject) return;
    FLEX_UNROLL
    for (int r = 0; r < kQueries; ++r) {
      const int q = Work::q_start() + Products::row_of(r);
      if ((damaged >> r & 1) != 0 && q < forward.q_length) *query_damage(arguments, head, q) = 1;
    }
  }
};

}  // namespace flex
