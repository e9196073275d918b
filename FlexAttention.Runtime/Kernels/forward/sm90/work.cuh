// Which tiles of queries a block computes, and in which order.
#pragma once

#include "flex/core/arguments.cuh"
#include "flex/core/block_list.cuh"
#include "flex/forward/sm90/shape.cuh"

namespace flex::sm90 {

/// One tile of queries of one head.
struct Work {
  Position head;
  int start;

  FLEX_DEVICE Position position_again(const ForwardArguments&) const { return head; }
  FLEX_DEVICE int q_start() const { return start; }

  /// Number `index` of all tiles. Heads of a group, whose keys and values fit the L2 cache together, are
  /// side by side; the last queries come first, since under a causal mask theirs is the longest row.
  static FLEX_DEVICE Work of(const ForwardSm90Arguments& arguments, int index) {
    const u32 heads = arguments.group_heads;
    const u32 tiles = arguments.q_tiles;
    const u32 row = index / heads;
    const u32 head = row / tiles * heads + index % heads;
    const u32 q_heads = arguments.problem.q_heads;
    return {{static_cast<int>(head / q_heads), static_cast<int>(head % q_heads)},
            static_cast<int>(tiles - 1 - row % tiles) * kBlockM};
  }
};

/// The numbers of this block's tiles. A persistent block takes the next tile that no block has taken yet:
/// rows differ in length, and who is done early goes on. The counter ends as it began, at zero, since
/// every block is told once that nothing is left.
struct WorkList {
  const ForwardSm90Arguments& arguments;
  int index = blockIdx.x;

  FLEX_DEVICE explicit WorkList(const ForwardSm90Arguments& arguments) : arguments(arguments) {}

  FLEX_DEVICE bool done() const { return index >= arguments.work_count; }

  FLEX_DEVICE void advance() {
    index = config::kPersistent ? atomicInc(arguments.counter, arguments.work_count - 1) + gridDim.x
                                : arguments.work_count;
  }
};

}  // namespace flex::sm90
