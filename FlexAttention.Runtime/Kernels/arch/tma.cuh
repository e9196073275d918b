// TMA: the copy engine moves boxes of a tensor, described by a map that the host encodes, between global
// and shared memory. What lies outside the tensor reads as zero and is not written.
#pragma once

#include "flex/arch/mbarrier.cuh"
#include "flex/core/arguments.cuh"
#include "flex/core/types.cuh"

namespace flex {

/// Starts to read the box at (column, row, head, batch); its bytes arrive on the barrier.
FLEX_DEVICE void tma_load(u32 shared, const TensorMap& map, int column, int row, int head, int batch,
                          u64& barrier) {
  asm volatile(
      "cp.async.bulk.tensor.4d.shared::cluster.global.mbarrier::complete_tx::bytes "
      "[%0], [%1, {%2, %3, %4, %5}], [%6];" ::"r"(shared),
      "l"(&map), "r"(column), "r"(row), "r"(head), "r"(batch), "r"(shared_address(&barrier))
      : "memory");
}

/// Starts to write a box.
FLEX_DEVICE void tma_store(const TensorMap& map, u32 shared, int column, int row, int head, int batch) {
  asm volatile(
      "cp.async.bulk.tensor.4d.global.shared::cta.bulk_group [%0, {%1, %2, %3, %4}], [%5];" ::"l"(&map),
      "r"(column), "r"(row), "r"(head), "r"(batch), "r"(shared)
      : "memory");
}

FLEX_DEVICE void tma_store_commit() { asm volatile("cp.async.bulk.commit_group;" ::: "memory"); }

/// Waits until this thread's stores have read shared memory, which may then be used again.
FLEX_DEVICE void tma_store_wait() { asm volatile("cp.async.bulk.wait_group.read 0;" ::: "memory"); }

/// Brings a map near before its first use.
FLEX_DEVICE void tma_prefetch(const TensorMap& map) {
  asm volatile("prefetch.tensormap [%0];" ::"l"(&map) : "memory");
}

/// Orders what this thread has written to shared memory before what the copy engine and wgmma read; a
/// barrier between the threads has to follow.
FLEX_DEVICE void async_proxy_fence() {
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}

}  // namespace flex
