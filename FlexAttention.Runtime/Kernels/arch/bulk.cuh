// The copy engine on plain runs of memory: addresses and sizes are multiples of 16 bytes. Needs sm_90.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

/// Starts to read a run; its bytes arrive on the barrier.
FLEX_DEVICE void bulk_load(u32 shared, const void* source, int bytes, u64& barrier) {
  asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(shared),
               "l"(source), "r"(bytes), "r"(shared_address(&barrier))
               : "memory");
}

/// Starts to add a run of floats to global memory.
FLEX_DEVICE void bulk_add(float* target, u32 shared, int bytes) {
  asm volatile("cp.reduce.async.bulk.global.shared::cta.bulk_group.add.f32 [%0], [%1], %2;" ::"l"(target), "r"(shared),
               "r"(bytes)
               : "memory");
}

/// Closes a group of this thread's writes.
FLEX_DEVICE void bulk_commit() { asm volatile("cp.async.bulk.commit_group;" ::: "memory"); }

/// Waits until this thread's writes have read shared memory, which may then be used again.
FLEX_DEVICE void bulk_wait_read() { asm volatile("cp.async.bulk.wait_group.read 0;" ::: "memory"); }

/// Waits until this thread's writes are done and to be seen by all.
FLEX_DEVICE void bulk_wait() { asm volatile("cp.async.bulk.wait_group 0;" ::: "memory"); }

}  // namespace flex
