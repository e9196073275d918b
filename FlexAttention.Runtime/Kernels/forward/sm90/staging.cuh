// What a variant computes once per head, row and column, in shared memory: computed ahead of time by warps
// of their own, so that the consumers never wait for a captured buffer and keep their registers.
#pragma once

#include "flex/arch/mbarrier.cuh"
#include "flex/core/hooks.cuh"
#include "flex/core/staged.cuh"
#include "flex/forward/sm90/pipeline.cuh"
#include "flex/forward/sm90/queries.cuh"

namespace flex::sm90 {

/// In static shared memory. Rows and heads go with the plans. Columns have one stage more than the keys:
/// those of a tile are read after its keys have been released.
template <typename Variant>
struct Staging {
  using Column = typename Variant::Column;

  // Packed heads would need columns each; a consumer computes what it needs of them.
  static constexpr bool kColumns = !__is_empty(Column) && !config::kPackHeads;
  static constexpr int kColumnStages = kStages + 1;

  Staged<typename Variant::Head, kTileHeads> heads[kPlans];
  Staged<typename Variant::Row, kBlockM> rows[kPlans];
  Staged<Column, kColumns ? kBlockN : 1> columns[kColumnStages];
  u64 columns_full[kColumnStages];

  /// By one thread, before the fence.
  FLEX_DEVICE void init() {
    for (int i = 0; i < kColumnStages; ++i) barrier_init(columns_full[i], 1);
  }
};

/// The warp that fills the columns. It follows the keys as a consumer does.
template <typename Variant>
struct Stager {
  using Staging = flex::sm90::Staging<Variant>;
  using Hooks = VariantHooks<Variant>;

  const ForwardSm90Arguments& arguments;
  const Variant& variant;
  Pipeline& pipeline;
  Staging& staging;
  u32 keys = 0;  // tiles so far

  FLEX_DEVICE void run() {
    for (u32 turn = 0;; ++turn) {
      const RingPlace<kPlans> place(turn);
      const Plan& plan = pipeline.await_plan(turn);
      if (plan.none) break;
      if (plan.has_keys) {
        fill(Hooks(arguments.problem, variant, plan.work.head, staging.heads[place.stage].read(0)));
      }
      arrive_warp(pipeline.plan_empty[place.stage]);
      if (!config::kPersistent) break;
    }
  }

 private:
  FLEX_DEVICE void fill(const Hooks& hooks) {
    bool masked = true;  // the first is treated like a masked one
    for (bool last = false; !last; ++keys) {
      const RingPlace<kStages> place(keys);
      barrier_wait(pipeline.k_full[place.stage], place.parity);
      const Announcement tile = pipeline.tiles[place.stage];
      last = tile.last;
      arrive_warp(pipeline.k_empty[place.stage]);
      const int stage = keys % Staging::kColumnStages;
      if (Variant::kHasScore || masked) {
        for (int i = lane(); i < kBlockN; i += 32) {
          staging.columns[stage].write(i, hooks.column(tile.start + i));
        }
      }
      arrive_warp(staging.columns_full[stage]);
      masked = tile.next_masked;
    }
  }
};

}  // namespace flex::sm90
