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

// Of a block's 16 barriers number 0 is that of the whole block, and the next ones are the warpgroups' own.
constexpr int kWarpgroupBarrier = 1;

/// Waits for the 128 threads of a warpgroup.
FLEX_DEVICE void warpgroup_sync(int warpgroup) {
  asm volatile("bar.sync %0, 128;" ::"r"(kWarpgroupBarrier + warpgroup) : "memory");
}

// Turns: a warpgroup waits until the one before it has passed the turn on. Four of them have barriers.
constexpr int kTurnBarrier = 8;
constexpr int kTurnThreads = 2 * kWarpgroupThreads;  // one that waits and one that passes

FLEX_DEVICE void await_turn(int warpgroup) {
  asm volatile("bar.sync %0, %1;" ::"r"(kTurnBarrier + warpgroup), "n"(kTurnThreads) : "memory");
}

FLEX_DEVICE void give_turn(int warpgroup) {
  asm volatile("bar.arrive %0, %1;" ::"r"(kTurnBarrier + warpgroup), "n"(kTurnThreads) : "memory");
}

}  // namespace flex
