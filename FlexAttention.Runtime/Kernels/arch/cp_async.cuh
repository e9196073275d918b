// cp.async: 16 bytes from global to shared memory, past the registers.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

/// Copies 16 bytes; where the predicate is false, writes 16 zero bytes and reads nothing.
FLEX_DEVICE void cp_async_16(u32 shared, const void* global, bool predicate) {
  asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16, %2;" ::"r"(shared), "l"(global),
               "r"(predicate ? 16 : 0)
               : "memory");
}

FLEX_DEVICE void cp_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }

/// Waits until at most kPending of this thread's groups are still under way.
template <int kPending>
FLEX_DEVICE void cp_async_wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(kPending) : "memory");
}

}  // namespace flex
