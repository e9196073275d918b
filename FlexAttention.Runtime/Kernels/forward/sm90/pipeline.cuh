// What producer and consumers share: barriers, and what the producer knows about the tiles it reads.
#pragma once

#include "flex/arch/mbarrier.cuh"
#include "flex/forward/sm90/shape.cuh"
#include "flex/forward/sm90/work.cuh"

namespace flex::sm90 {

/// A tile of keys as the consumers need it.
struct Announcement {
  int start;
  bool masked;
  bool last;
  bool next_masked;
};

/// A tile of queries as the consumers need it.
struct Assignment {
  Work work;
  bool has_keys;
  bool none;  // there is no more work
};

/// In static shared memory. Of each pair of barriers the first says that data is there, the second that it
/// has been read; the warps of all consumers arrive on the latter.
struct Pipeline {
  u64 q_full;
  u64 q_empty;
  u64 k_full[kStages];
  u64 k_empty[kStages];
  u64 v_full[kStages];
  u64 v_empty[kStages];
  Announcement tiles[kStages];  // written before k_full, read before k_empty
  Assignment assignment;        // written before q_full, read before q_empty

  /// By one thread.
  FLEX_DEVICE void init() {
    barrier_init(q_full, 1);
    barrier_init(q_empty, kConsumerWarps);
    for (int i = 0; i < kStages; ++i) {
      barrier_init(k_full[i], 1);
      barrier_init(k_empty[i], kConsumerWarps);
      barrier_init(v_full[i], 1);
      barrier_init(v_empty[i], kConsumerWarps);
    }
    barrier_init_fence();
  }
};

}  // namespace flex::sm90
