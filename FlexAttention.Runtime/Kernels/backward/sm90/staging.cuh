// What a variant computes once per head, row and column, in shared memory: computed ahead of time by a warp of its
// own, so that the consumers never wait for a captured buffer and keep their registers.
#pragma once

#include "flex/backward/sm90/pipeline.cuh"
#include "flex/backward/sm90/turns.cuh"
#include "flex/backward/sm90/work.cuh"
#include "flex/core/gradient_hooks.cuh"
#include "flex/core/staged.cuh"

namespace flex::backward_sm90 {

/// In static shared memory, with the stages of the queries.
template <typename Variant>
struct Staging {
  using Head = typename Variant::Head;
  using Row = typename Variant::Row;
  using Column = typename Variant::Column;

  /// Whether consumers read it.
  static constexpr bool kUsed = !__is_empty(Head) || !__is_empty(Row) || !__is_empty(Column);
  /// Whether the adders do.
  static constexpr bool kTurns = config::kReproducible && config::kNeedsQuery;

  Staged<Head, 1> heads[kStages];
  Staged<Row, kBlockM> rows[kStages];
  Staged<Column, kBlockN> columns[kStages];
  int turns[kStages];
  u64 full[kStages];

  /// By one thread, before the fence.
  FLEX_DEVICE void init() {
    for (int i = 0; i < kStages; ++i) barrier_init(full[i], 1);
  }
};

/// The warp that fills it. It follows the queries as a consumer does.
template <typename Variant>
struct Stager {
  using Arguments = BackwardSm90Arguments<Variant::kLearnables>;
  using Hooks = GradientHooks<Variant>;
  using Staging = flex::backward_sm90::Staging<Variant>;

  const Arguments& arguments;
  const Variant& variant;
  Pipeline& pipeline;
  Staging& staging;

  FLEX_DEVICE void run(const Work& work) {
    Turns turns{arguments.problem, work};
    for (u32 tiles = 0;; ++tiles) {
      const Announcement tile = pipeline.await(tiles);
      const int stage = RingPlace<kStages>(tiles).stage;
      if (!tile.none) {
        if constexpr (Staging::kUsed) fill(work, tile, stage);
        if constexpr (Staging::kTurns) staging.turns[stage] = turns.count_before(tile.head, tile.start);
        arrive_warp(staging.full[stage]);
      }
      arrive_warp(pipeline.q_empty[stage]);
      if (tile.none) break;
    }
  }

 private:
  FLEX_DEVICE void fill(const Work& work, const Announcement& tile, int stage) {
    if (!Variant::kHasScore && !tile.masked) return;
    const Hooks hooks(arguments.problem.forward, variant, Position{work.b, tile.head});
    if (lane() == 0) staging.heads[stage].write(0, hooks.head);
    for (int i = lane(); i < kBlockM; i += 32) staging.rows[stage].write(i, hooks.row(tile.start + i));
    for (int i = lane(); i < kBlockN; i += 32) staging.columns[stage].write(i, hooks.column(work.start + i));
  }
};

}  // namespace flex::backward_sm90
