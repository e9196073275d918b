// Finds the blocks of one row from the mask, a warp at work: 32 runs of blocks are left to the proof of the
// mask's formula at once, then each that it does not decide is divided into 32; only single blocks that it
// does not decide are evaluated.
#pragma once

#include "flex/blockmask/block_lists.cuh"
#include "flex/blockmask/evaluate_block.cuh"

namespace flex {

template <typename Variant, typename Found>
struct ProvenRow {
  const BlockMaskArguments& arguments;
  const BoundsTables& tables;
  const Variant& variant;
  Found& found;
  int b;
  int h;
  Interval<int> queries;

  FLEX_DEVICE ProvenRow(const BlockMaskArguments& arguments, const BoundsTables& tables, const Variant& variant,
                        RowPlace place, Found& found)
      : arguments(arguments),
        tables(tables),
        variant(variant),
        found(found),
        b(place.bh / arguments.heads),
        h(place.bh % arguments.heads),
        queries(place.queries) {}

  /// Depth first, from left to right, so that the lists ascend.
  FLEX_DEVICE void visit() {
    const int blocks = ceil_div(arguments.kv_length, arguments.kv_block);
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
        frames[++top] = divide(first, end, frame.step / 32);
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

  FLEX_DEVICE Frame divide(int first, int end, int step) {
    const int run = first + threadIdx.x % 32 * step;
    const BlockKind kind = run < end ? classify(run, min(run + step, end)) : BlockKind::kEmpty;
    u32 full = __ballot_sync(~0u, kind == BlockKind::kFull);
    const u32 mixed = __ballot_sync(~0u, kind == BlockKind::kPartial);
    if (step > 1) return {first, end, step, full, mixed};
    u32 partial = 0;
    for (u32 left = mixed; left != 0; left &= left - 1) {
      const int lane = __ffs(left) - 1;
      const Interval<int> keys = keys_of(arguments, first + lane, first + lane + 1);
      const BlockKind seen = evaluate_block(variant, b, h, queries, keys);
      full |= static_cast<u32>(seen == BlockKind::kFull) << lane;
      partial |= static_cast<u32>(seen == BlockKind::kPartial) << lane;
    }
    found.add_partial(partial, first);
    found.add_full(full, first);
    return {first, end, step, 0, 0};
  }

  FLEX_DEVICE BlockKind classify(int first, int end) const {
    return variant.classify(tables, b, h, queries, keys_of(arguments, first, end));
  }
};

}  // namespace flex
