// The order in which tiles of keys add to the gradients of a tile of queries, where a call is to give the same bits
// every time: last keys first. A block waits only for blocks that were started before it. Under a causal mask it hardly
// waits at all: its first queries are seen by no later keys, and every block then follows its neighbour.
#pragma once

#include "flex/backward/sm90/pipeline.cuh"
#include "flex/backward/sm90/work.cuh"

namespace flex::backward_sm90 {

/// Counts, tile by tile of queries, the tiles of keys whose turn comes before this block's.
struct Turns {
  const BackwardArguments& problem;
  const Work& work;
  // Tiles of one block of queries have the same number.
  int head = -1;
  int block = -1;
  int turn = 0;

  /// How many tiles of keys behind this one see the queries. All lanes of a warp take part.
  FLEX_DEVICE int count_before(int head, int start) {
    const ForwardArguments& forward = problem.forward;
    if constexpr (!config::kBlockMask) return ceil_div(forward.kv_length - work.start, kBlockN) - 1;
    const int block = start / forward.mask_q_block;
    if (head != this->head || block != this->block) turn = count(head, start);
    this->head = head;
    this->block = block;
    return turn;
  }

 private:
  FLEX_DEVICE int count(int head, int start) const {
    const ForwardArguments& forward = problem.forward;
    const int partial = count(forward.partial_ranges, forward.partial_indices, head, start);
    const int full = count(forward.full_ranges, forward.full_indices, head, start);
    const int behind = ceil_div(forward.kv_length - work.start, kBlockN) - 1;
    const int tile = work.start % forward.mask_kv_block / kBlockN;
    const int of_block = forward.mask_kv_block / kBlockN - 1 - tile;
    return __reduce_add_sync(~0u, partial + full) + min(of_block, behind);
  }

  /// Tiles in a list that lie in blocks behind this one's, as this lane counts them. The last block may have fewer tiles.
  FLEX_DEVICE int count(const int* ranges, const int* indices, int head, int start) const {
    const ForwardArguments& forward = problem.forward;
    const ListRange row = ListRange::of(forward, ranges, {work.b, head}, start);
    const int own = work.start / forward.mask_kv_block;
    int tiles = 0;
    for (int i = row.first + lane(); i < row.end; i += 32) {
      const int block = indices[i];
      const int keys = min(forward.mask_kv_block, forward.kv_length - block * forward.mask_kv_block);
      if (block > own) tiles += ceil_div(keys, kBlockN);
    }
    return tiles;
  }
};

/// Says how many tiles of keys have added their part of a tile of queries.
struct TurnCounter {
  u32* counter;

  FLEX_DEVICE TurnCounter(const BackwardArguments& problem, int b, int head, int start, int part) {
    const int tiles = problem.padded_rows / kBlockM;
    const int tile = (b * problem.forward.q_heads + head) * tiles + start / kBlockM;
    counter = problem.turns + tile * kConsumers + part;
  }

  /// Waits until so many have.
  FLEX_DEVICE void await(int turn) const {
    u32 passed;
    do {
      asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(passed) : "l"(counter) : "memory");
    } while (passed != static_cast<u32>(turn));
    fence();
  }

  /// Says that one more has.
  FLEX_DEVICE void pass_on() const {
    fence();
    asm volatile("red.release.gpu.global.add.u32 [%0], 1;" ::"l"(counter) : "memory");
  }

 private:
  /// Orders the counter, which threads access, with the sums, which the copy engine does.
  static FLEX_DEVICE void fence() { asm volatile("fence.proxy.async.global;" ::: "memory"); }
};

}  // namespace flex::backward_sm90
