// Finds the blocks of one row from the mask, a warp at work: 32 blocks, or of long rows runs of blocks, are left
// to the proof of the mask's formula at once; each run that it does not decide is divided into 32, and single
// blocks that it does not decide are evaluated.
#pragma once

#include "flex/blockmask/block_lists.cuh"
#include "flex/blockmask/evaluate_block.cuh"

namespace flex {

/// Rows of lists by queries, or by keys: then queries are what the row's blocks have.
template <typename Variant>
struct ProvenRow {
  const BlockTarget& target;
  const BoundsTables& tables;
  const Variant& variant;
  int b;
  int h;
  Interval<int> row;
  bool by_keys;

  /// The blocks from `first` on, up to 32.
  FLEX_DEVICE BlockBits blocks_from(int first) const {
    const int end = min(first + 32, blocks_of_row(target));
    return settle(first, BlockBits::of(classify_run(first, end, 1)));
  }

  /// All blocks, depth first, from left to right, so that the lists ascend.
  template <typename Found>
  FLEX_DEVICE void visit(Found& found) const {
    const int blocks = blocks_of_row(target);
    // A few steps over single blocks cost less than a coarse one before them.
    int step = 32;
    while (ceil_div(blocks, step) > kMostRoots) step *= 32;
    Frame frames[kMostFrames];
    frames[0] = {0, blocks, step, 0, (1u << ceil_div(blocks, step)) - 1};
    for (int top = 0; top >= 0;) {
      Frame& frame = frames[top];
      const u32 open = frame.full | frame.mixed;
      if (open == 0) {
        --top;
        continue;
      }
      const int lane = __ffs(open) - 1;
      const int first = frame.first + lane * frame.step;
      const int end = static_cast<int>(min(i64(first) + frame.step, i64(frame.end)));
      if (frame.mixed >> lane & 1) {
        frame.mixed &= ~(1u << lane);
        const int step = frame.step / 32;
        const BlockBits kinds = BlockBits::of(classify_run(first, end, step));
        if (step > 1) {
          frames[++top] = {first, end, step, kinds.full, kinds.partial};
        } else {
          found.add(settle(first, kinds), first);
        }
      } else {
        frame.full &= ~(1u << lane);
        found.add_full_run(first, end);
      }
    }
  }

 private:
  static constexpr int kMostRoots = 4;
  /// 32 to the power of it is more than any number of blocks.
  static constexpr int kMostFrames = 7;

  /// Up to 32 neighbouring runs of `step` blocks each: those that are full, and those that are still open.
  struct Frame {
    int first;
    int end;
    int step;
    u32 full;
    u32 mixed;
  };

  /// Of this lane's run of `step` blocks; partial: not decided.
  FLEX_DEVICE BlockKind classify_run(int first, int end, int step) const {
    const int run = first + threadIdx.x % 32 * step;
    if (run >= end) return BlockKind::kEmpty;
    const Interval<int> columns = keys_of(target, run, min(i64(run) + step, i64(end)));
    return variant.classify(tables, b, h, by_keys ? columns : row, by_keys ? row : columns);
  }

  /// Decides the single blocks that are not decided.
  FLEX_DEVICE BlockBits settle(int first, BlockBits kinds) const {
    BlockBits settled{0, kinds.full};
    for (u32 left = kinds.partial; left != 0; left &= left - 1) {
      const int lane = __ffs(left) - 1;
      const Interval<int> column = keys_of(target, first + lane, first + lane + 1);
      const BlockKind seen = evaluate_block(variant, b, h, by_keys ? column : row, by_keys ? row : column);
      settled.full |= static_cast<u32>(seen == BlockKind::kFull) << lane;
      settled.partial |= static_cast<u32>(seen == BlockKind::kPartial) << lane;
    }
    return settled;
  }
};

}  // namespace flex
