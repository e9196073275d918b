// mbarrier: a barrier in shared memory on which threads and asynchronous copies arrive. Each completed
// phase flips its parity; who waits names the parity of the phase that must be over.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

/// One thread sets up a barrier that `arrivals` arrivals complete.
FLEX_DEVICE void barrier_init(u64& barrier, int arrivals) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(shared_address(&barrier)), "r"(arrivals)
               : "memory");
}

/// Makes what `barrier_init` set up known to the copy engine; a __syncthreads has to follow.
FLEX_DEVICE void barrier_init_fence() {
  asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
}

FLEX_DEVICE void barrier_arrive(u64& barrier) {
  asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(shared_address(&barrier)) : "memory");
}

/// This thread in its warp.
FLEX_DEVICE int lane() { return threadIdx.x % 32; }

/// Arrives once for a warp, when all its lanes are done.
FLEX_DEVICE void arrive_warp(u64& barrier) {
  __syncwarp();
  if (lane() == 0) barrier_arrive(barrier);
}

/// Arrives, and adds the bytes that copies will deliver before the phase can complete.
FLEX_DEVICE void barrier_arrive_expecting(u64& barrier, int bytes) {
  asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(shared_address(&barrier)),
               "r"(bytes)
               : "memory");
}

/// Waits until the phase of the given parity is over. On a fresh barrier parity 1 counts as over.
FLEX_DEVICE void barrier_wait(u64& barrier, u32 parity) {
  asm volatile(
      "{.reg .pred done; again: mbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1;"
      "@done bra out; bra again; out: }" ::"r"(shared_address(&barrier)),
      "r"(parity)
      : "memory");
}

/// Where the tile of a number lies in a ring of kStages buffers, and the parity of that turn.
template <int kStages>
struct RingPlace {
  int stage;
  u32 parity;

  FLEX_DEVICE explicit RingPlace(u32 number) : stage(number % kStages), parity(number / kStages % 2) {}
};

}  // namespace flex
