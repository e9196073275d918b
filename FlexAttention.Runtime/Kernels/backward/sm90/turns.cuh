// The order in which tiles of keys add to the gradients of a tile of queries, where a call is to give the same bits
// every time: last keys first. A block waits only for blocks that were started before it. Under a causal mask it hardly
// waits at all: its first queries are seen by no later keys, and every block then follows its neighbour.
#pragma once

#include "flex/backward/sm90/pipeline.cuh"
#include "flex/backward/sm90/work.cuh"

namespace flex::backward_sm90 {

struct Turns {
  const BackwardArguments& problem;
  const Work& work;
  const int head;
  const int start;  // the first query

  /// How many tiles of keys behind this one see the queries. All lanes of a warp take part.
  FLEX_DEVICE int count_before() const {
    const ForwardArguments& forward = problem.forward;
    const int tiles_behind = ceil_div(forward.kv_length - work.start, kBlockN) - 1;
    if constexpr (!config::kBlockMask) return tiles_behind;
    const int tiles = forward.mask_kv_block / kBlockN;  // of a block; the last block may have fewer
    const int block = work.start / forward.mask_kv_block;
    const int last = (forward.kv_length - 1) / forward.mask_kv_block;
    const int of_last = ceil_div(forward.kv_length - last * forward.mask_kv_block, kBlockN);
    const Count behind = count(forward.partial_offsets, forward.partial_indices, block, last) +
                         count(forward.full_offsets, forward.full_indices, block, last);
    const int of_block = min(tiles - 1 - work.start % forward.mask_kv_block / kBlockN, tiles_behind);
    return behind.blocks * tiles + behind.last * of_last + of_block;
  }

  /// Waits until they have added theirs.
  FLEX_DEVICE void await(int part, int turn) const {
    u32 passed;
    do {
      asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(passed) : "l"(counter(part)) : "memory");
    } while (passed != static_cast<u32>(turn));
    fence();
  }

  /// Says that this tile has added its.
  FLEX_DEVICE void pass_on(int part) const {
    fence();
    asm volatile("red.release.gpu.global.add.u32 [%0], 1;" ::"l"(counter(part)) : "memory");
  }

 private:
  /// Blocks behind a block, the last of all apart.
  struct Count {
    int blocks;
    int last;

    FLEX_DEVICE Count operator+(const Count& other) const { return {blocks + other.blocks, last + other.last}; }
  };

  /// Orders the counter, which threads access, with the sums, which the copy engine does.
  static FLEX_DEVICE void fence() { asm volatile("fence.proxy.async.global;" ::: "memory"); }

  FLEX_DEVICE u32* counter(int part) const {
    const int tiles = problem.padded_rows / kBlockM;
    const int tile = (work.b * problem.forward.q_heads + head) * tiles + start / kBlockM;
    return problem.turns + tile * kConsumers + part;
  }

  FLEX_DEVICE Count count(const int* offsets, const int* indices, int block, int last) const {
    const ListRange row = ListRange::of(problem.forward, offsets, {work.b, head}, start);
    Count own{};
    for (int i = row.first + lane(); i < row.end; i += 32) {
      const int other = indices[i];
      own.blocks += other > block && other < last;
      own.last += other > block && other == last;
    }
    return {__reduce_add_sync(~0, own.blocks), __reduce_add_sync(~0, own.last)};
  }
};

}  // namespace flex::backward_sm90
