// Which tiles of queries a block computes, and in which order.
#pragma once

#include "flex/core/arguments.cuh"
#include "flex/core/block_list.cuh"
#include "flex/forward/sm90/shape.cuh"

namespace flex::sm90 {

/// One tile of queries of one head, with all of its keys or a part of them.
struct Work {
  Position head;
  int kv_head;
  int start;
  int part;           // of its keys
  ListRange partial;  // of its row of the block mask's lists, if there is one
  ListRange full;     // the same; else, where keys are split, its tiles of keys

  FLEX_DEVICE ListRange blocks(const ForwardArguments&, bool full) const {
    return full ? this->full : partial;
  }

  template <int kBlockN>
  FLEX_DEVICE ListRange key_tiles(const ForwardArguments& arguments) const {
    return config::kSplitKeys ? full : ListRange{0, ceil_div(arguments.kv_length, kBlockN)};
  }

  FLEX_DEVICE bool has_keys(const ForwardArguments& arguments) const {
    if constexpr (config::kBlockMask) return partial.first != partial.end || full.first != full.end;
    const ListRange tiles = key_tiles<kBlockN>(arguments);
    return tiles.first != tiles.end;
  }

  /// Brings the ends of the lists, where the producer begins, into the first-level cache.
  FLEX_DEVICE void fetch_blocks(const ForwardArguments& arguments, int lane) const {
    if (!config::kBlockMask || lane > 1) return;
    const ListRange range = lane == 0 ? partial : full;
    const int* list = lane == 0 ? arguments.partial_indices : arguments.full_indices;
    int entry;
    if (range.first != range.end) {
      asm volatile("ld.global.ca.b32 %0, [%1];" : "=r"(entry) : "l"(list + range.end - 1));
    }
  }

  /// Number `index` of all tiles; the parts of one are side by side. So are the heads of a group, whose keys and
  /// values fit the L2 cache together. The last queries come first, since under a causal mask theirs is the
  /// longest row.
  static FLEX_DEVICE Work of(const ForwardSm90Arguments& arguments, int index) {
    const ForwardArguments& problem = arguments.problem;
    const int parts = config::kSplitKeys ? arguments.parts : 1;
    const int part = index % parts;
    index /= parts;
    const u32 heads = arguments.group_heads;
    const u32 tiles = arguments.q_tiles;
    const u32 row = index / heads;
    const u32 head = row / tiles * heads + index % heads;  // counted through all batches
    const u32 sharing = problem.q_heads / problem.kv_heads;
    // Packed, the heads that share keys count as one, by the first of them.
    const u32 step = config::kPackHeads ? sharing : 1;
    const u32 heads_of_batch = problem.q_heads / step;
    Work work{};
    work.head = {static_cast<int>(head / heads_of_batch), static_cast<int>(head % heads_of_batch * step)};
    work.kv_head = work.head.h / sharing;
    work.start = static_cast<int>(tiles - 1 - row % tiles) * kBlockM;
    if constexpr (config::kBlockMask) {
      work.partial = ListRange::of(problem, problem.partial_ranges, work.head, work.start);
      work.full = ListRange::of(problem, problem.full_ranges, work.head, work.start);
    } else if constexpr (config::kSplitKeys) {
      work.full = {0, ceil_div(problem.kv_length, kBlockN)};
    }
    if constexpr (config::kSplitKeys) {
      work.part = part;
      work.partial = work.partial.part(part, parts);
      work.full = work.full.part(part, parts);
    }
    return work;
  }
};

}  // namespace flex::sm90
