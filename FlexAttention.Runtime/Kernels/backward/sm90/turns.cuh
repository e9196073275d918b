// The order in which tiles of keys add to the gradients of a tile of queries, where a call is to give the same bits
// every time: first keys first. A block only waits for blocks that were started before it.
#pragma once

#include "flex/backward/sm90/pipeline.cuh"
#include "flex/backward/sm90/work.cuh"

namespace flex::backward_sm90 {

struct Turns {
  const BackwardArguments& problem;
  const Work& work;
  const int head;
  const int start;  // the first query

  /// How many tiles of keys before this one see the queries. All lanes of a warp take part.
  FLEX_DEVICE int count_before() const {
    if constexpr (!config::kBlockMask) return work.start / kBlockN;
    const ForwardArguments& forward = problem.forward;
    const int block = work.start / forward.mask_kv_block;
    const int blocks = count(forward.partial_offsets, forward.partial_indices, block) +
                       count(forward.full_offsets, forward.full_indices, block);
    return blocks * (forward.mask_kv_block / kBlockN) + work.start % forward.mask_kv_block / kBlockN;
  }

  /// Waits until they have added theirs.
  FLEX_DEVICE void await(int part, int turn) const {
    u32 passed;
    do {
      asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(passed) : "l"(counter(part)) : "memory");
    } while (passed != static_cast<u32>(turn));
  }

  /// Says that this tile has added its.
  FLEX_DEVICE void pass_on(int part) const {
    asm volatile("red.release.gpu.global.add.u32 [%0], 1;" ::"l"(counter(part)) : "memory");
  }

 private:
  FLEX_DEVICE u32* counter(int part) const {
    const int tiles = problem.padded_rows / kBlockM;
    const int tile = (work.b * problem.forward.q_heads + head) * tiles + start / kBlockM;
    return problem.turns + tile * kConsumers + part;
  }

  /// Entries of the queries' row of a list that are below a block.
  FLEX_DEVICE int count(const int* offsets, const int* indices, int block) const {
    const ListRange row = ListRange::of(problem.forward, offsets, {work.b, head}, start);
    int below = 0;
    for (int i = row.first + lane(); i < row.end; i += 32) below += indices[i] < block;
    return __reduce_add_sync(~0u, below);
  }
};

}  // namespace flex::backward_sm90
