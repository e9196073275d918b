// What the warps of a block share: barriers, and what is known about the tiles under way.
#pragma once

#include "flex/arch/mbarrier.cuh"
#include "flex/backward/sm90/shape.cuh"

namespace flex::backward_sm90 {

/// A tile of queries, as the producer announces it.
struct Announcement {
  int head;
  int start;
  bool masked;
  bool none;  // there are no more tiles
};

/// In static shared memory. A full barrier says that something is there, an empty one that its place is free.
struct Pipeline {
  u64 kv_full;
  u64 q_full[kStages];
  u64 q_empty[kStages];  // every consumer warp, and every other warp that reads the announcement
  u64 d_output_full[kStages];
  u64 d_output_empty[kStages];
  u64 sum_full[kConsumers];  // a part of the queries' gradients: its four warps
  u64 sum_empty[kConsumers];
  Announcement tiles[kStages];  // written before q_full, read before q_empty
  alignas(16) float lse[kStages][kBlockM];    // with q: in log2 units
  alignas(16) float delta[kStages][kBlockM];  // with the gradients of the output

  /// By one thread, before the fence.
  FLEX_DEVICE void init(int readers) {
    barrier_init(kv_full, 1);
    for (int i = 0; i < kStages; ++i) {
      barrier_init(q_full[i], 1);
      barrier_init(q_empty[i], kConsumerWarps + readers);
      barrier_init(d_output_full[i], 1);
      barrier_init(d_output_empty[i], kConsumerWarps);
    }
    for (int i = 0; i < kConsumers; ++i) {
      barrier_init(sum_full[i], 4);
      barrier_init(sum_empty[i], 1);
    }
  }

  /// Waits for the tile of a number.
  FLEX_DEVICE Announcement await(u32 number) {
    const RingPlace<kStages> place(number);
    barrier_wait(q_full[place.stage], place.parity);
    return tiles[place.stage];
  }
};

}  // namespace flex::backward_sm90
