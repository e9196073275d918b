// What a warpgroup, four consecutive warps, does as one. Needs sm_90a.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

constexpr int kWarpgroupThreads = 128;

/// Gives registers back, down to kCount a thread.
template <int kCount>
FLEX_DEVICE void release_registers() {
  asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(kCount));
}

/// Takes registers that other warpgroups have given back, up to kCount a thread.
template <int kCount>
FLEX_DEVICE void take_registers() {
  asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(kCount));
}

/// Waits for the 128 threads of a warpgroup. Barrier 0 is that of the whole block.
FLEX_DEVICE void warpgroup_sync(int warpgroup) {
  asm volatile("bar.sync %0, 128;" ::"r"(warpgroup + 1) : "memory");
}

}  // namespace flex
