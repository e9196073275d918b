// The planner: a warp that takes the next tile of queries while the consumers are at the end of this one.
// That is late, so that long rows are shared out evenly, but early enough that no one else waits for global
// memory between two tiles. It reads the block mask's ranges, and computes what the variant needs once per
// head and row.
#pragma once

#include "flex/core/hooks.cuh"
#include "flex/forward/sm90/pipeline.cuh"
#include "flex/forward/sm90/queries.cuh"
#include "flex/forward/sm90/staging.cuh"

namespace flex::sm90 {

template <typename Variant>
struct Planner {
  const ForwardSm90Arguments& arguments;
  const Variant& variant;
  Pipeline& pipeline;
  Staging<Variant>& staging;

  FLEX_DEVICE void run() {
    int index = blockIdx.x;
    for (u32 turn = 0;; ++turn) {
      const RingPlace<kPlans> place(turn);
      barrier_wait(pipeline.plan_empty[place.stage], place.parity ^ 1);
      if (turn > 0) {
        barrier_wait(pipeline.wanted, turn % 2 ^ 1);
        index = take();
      }
      const bool none = index >= arguments.work_count;
      if (none) {
        if (lane() == 0) pipeline.plans[place.stage].none = true;
      } else {
        plan(index, place.stage);
      }
      arrive_warp(pipeline.planned[place.stage]);
      if (none || !config::kPersistent) break;
    }
  }

 private:
  /// The next tile that no block has taken yet: rows differ in length, and who is done early goes on. The
  /// counter ends as it began, at zero, since every block is told once that nothing is left.
  FLEX_DEVICE int take() const {
    u32 taken = 0;
    if (lane() == 0) taken = atomicInc(arguments.counter, arguments.work_count - 1) + gridDim.x;
    return __shfl_sync(~0u, taken, 0);
  }

  FLEX_DEVICE void plan(int index, int stage) {
    const Work work = Work::of(arguments, index);
    work.fetch_blocks(arguments.problem, lane());
    const Queries queries{arguments.problem, work};
    for (int i = lane(); i < kBlockM; i += 32) {
      const Query query = queries[i];
      const VariantHooks<Variant> hooks(arguments.problem, variant, query.position);
      staging.rows[stage].write(i, hooks.row(query.index));
      if (i < kTileHeads) staging.heads[stage].write(i, hooks.head);
    }
    if (lane() != 0) return;
    pipeline.plans[stage] = {work, work.has_keys(arguments.problem), false};
  }
};

}  // namespace flex::sm90
