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
  using Scores = typename Products::template Sums<kBlockKv>;
  using QkLayout = TileLayout<config::kHeadDim>;
  using VoLayout = TileLayout<config::kValueDim>;
  static constexpr int kStageElements = kBlockKv * (QkLayout::kStride + VoLayout::kStride);

  const Arguments& arguments;
  const Position head;
  const Matrices matrices;
  const Hooks hooks;
  RowStage<Row, kBlockQ> rows;
  Element* q_tile;
  Element* d_output_tile;
  Element* stages;  // K, then V, of each stage
  int stage = 0;
  float lse[kQueries];
  float delta[kQueries];

  typename Products::template Sums<config::kHeadDim> dq;

  FLEX_DEVICE QueryPass(const Arguments& arguments, const Variant& variant, Element* shared)
      : arguments(arguments),
        head(Work::position(arguments.forward)),
        matrices(Matrices::of(arguments.forward, head)),
        hooks(arguments.forward, variant, head),
        q_tile(shared),
        d_output_tile(shared + kBlockQ * QkLayout::kStride),
        stages(shared + kBlockQ * (QkLayout::kStride + VoLayout::kStride)) {
    dq.clear();
  }

  FLEX_DEVICE void run() {
    load_queries();
    const Work work{};
    Tiles tiles(arguments.forward, work);
    KeyTile tile = tiles.next();
    load(tile, 0);
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
  FLEX_DEVICE void load_queries() const {
    const ForwardArguments& forward = arguments.forward;
    TileLoader<kBlockQ, config::kHeadDim, kThreads>{q_tile, forward.q_stride[2], forward.q_length, forward.head_dim}
        .load(matrices.q, Work::q_start());
    TileLoader<kBlockQ, config::kValueDim, kThreads>{d_output_tile, arguments.d_output_stride[2], forward.q_length,
                                                     forward.value_dim}
        .load(d_output_of(arguments, head), Work::q_start());
  }

  FLEX_DEVICE void read_statistics() {
    const i64 first = workspace_row(arguments, head) + Work::q_start();
    FLEX_UNROLL
    for (int r = 0; r < kQueries; ++r) {
      lse[r] = arguments.lse_log2[first + Products::row_of(r)];
      delta[r] = arguments.delta[first + Products::row_of(r)];
    }
  }

  FLEX_DEVICE Element* k_tile(int stage) const { return stages + stage * kStageElements; }
  FLEX_DEVICE Element* v_tile(int stage) const { return k_tile(stage) + kBlockKv * QkLayout::kStride; }

  /// Starts to read a tile of keys and values.
  FLEX_DEVICE void load(KeyTile tile, int stage) const {
    if (tile.valid) {
      const ForwardArguments& forward = arguments.forward;
      TileLoader<kBlockKv, config::kHeadDim, kThreads>{k_tile(stage), forward.k_stride[2], forward.kv_length,
                                                       forward.head_dim}
          .load(matrices.k, tile.start);
      TileLoader<kBlockKv, config::kValueDim, kThreads>{v_tile(stage), forward.v_stride[2], forward.kv_length,
                                                        forward.value_dim}
          .load(matrices.v, tile.start);
    }
    cp_async_commit();
  }

  /// One tile of keys; gives the next. With two stages the next tile is read under all of this one.
  template <bool kMasked>
  FLEX_DEVICE KeyTile step(KeyTile tile, Tiles& tiles) {
    cp_async_wait<0>();
    __syncthreads();  // the keys are there, and the tile before has been read
    const KeyTile next = tiles.next();
    if constexpr (kStages == 2) load(next, 1 - stage);

    Scores scores;
    Scores gradients;
    Products::template multiply_transposed<config::kHeadDim>(scores, q_tile, k_tile(stage));
    Products::template multiply_transposed<config::kValueDim>(gradients, d_output_tile, v_tile(stage));
    Row row[kQueries];
    FLEX_UNROLL
    for (int r = 0; r < kQueries; ++r) row[r] = rows.read(Products::row_of(r));
    FLEX_UNROLL
    for (int chunk = 0; chunk < kBlockKv / 16; ++chunk) {
      differentiate<kMasked>(tile.start, chunk, row, scores, gradients);
      Products::add(dq, {gradients, chunk}, k_tile(stage) + chunk * 16 * QkLayout::kStride);
    }

    if constexpr (kStages == 2) {
      stage = 1 - stage;
    } else {
      __syncthreads();  // the keys have been read
      load(next, 0);
    }
    return next;
  }

  /// Of a chunk of keys: makes of what the probabilities add to the loss what the scaled dot products add to it.
  template <bool kMasked>
  FLEX_DEVICE void differentiate(int kv_start, int chunk, const Row (&row)[kQueries], Scores& scores,
                                 Scores& gradients) const {
    constexpr bool kMayReject = kMasked || Variant::kHasScore;
    const float log2_scale = Hooks::log2_scale(arguments.forward);
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
        float& place = gradients.at(r, chunk, i);
        const float gradient = score_gradient<kMayReject>(probability, place, delta[r]);
        place = dot_gradient<kMayReject>(probability, gradient, derivative);
      }
    }
  }

  FLEX_DEVICE void finish() {
    const ForwardArguments& forward = arguments.forward;
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
