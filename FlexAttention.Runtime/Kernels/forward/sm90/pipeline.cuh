// What the warps of a block share: barriers, and what is known about the tiles under way.
#pragma once

#include "flex/arch/mbarrier.cuh"
#include "flex/forward/sm90/shape.cuh"
#include "flex/forward/sm90/work.cuh"

namespace flex::sm90 {

/// A tile of keys, as the producer announces it.
struct Announcement {
  int start;
  bool masked;
  bool last;
  bool next_masked;
};

/// A tile of queries, as the planner hands it out.
struct Plan {
  Work work;
  bool has_keys;
  bool none;  // there is no more work
};

/// In static shared memory. A full barrier says that something is there, an empty one that its place is
/// free: of the keys and values each warp of the consumers says so; of plans and queries, whose place the
/// output takes, each warpgroup; and the stager where it looks, too.
struct Pipeline {
  u64 wanted;  // the next plan: the producer is at the last keys of this one
  u64 planned[kPlans];
  u64 plan_empty[kPlans];
  u64 q_full[kQBuffers];
  u64 q_empty[kQBuffers];
  u64 k_full[kStages];
  u64 k_empty[kStages];
  u64 v_full[kStages];
  u64 v_empty[kStages];
  Plan plans[kPlans];           // written before planned, read before plan_empty
  Announcement tiles[kStages];  // written before k_full, read before k_empty

  /// By one thread, before the fence.
  FLEX_DEVICE void init(bool stages_columns) {
    barrier_init(wanted, 1);
    for (int i = 0; i < kPlans; ++i) {
      barrier_init(planned[i], 1);
      barrier_init(plan_empty[i], kConsumers + stages_columns);
    }
    for (int i = 0; i < kQBuffers; ++i) {
      barrier_init(q_full[i], 1);
      barrier_init(q_empty[i], kConsumers);
    }
    for (int i = 0; i < kStages; ++i) {
      barrier_init(k_full[i], 1);
      barrier_init(k_empty[i], kConsumerWarps + stages_columns);
      barrier_init(v_full[i], 1);
      barrier_init(v_empty[i], kConsumerWarps);
    }
  }

  /// Waits for the plan of a number; it says so itself if there is no more work.
  FLEX_DEVICE const Plan& await_plan(u32 number) {
    const RingPlace<kPlans> place(number);
    barrier_wait(planned[place.stage], place.parity);
    return plans[place.stage];
  }
};

}  // namespace flex::sm90
