// Finds the blocks of one row, a warp at work: 32 runs of blocks are left to the proof of the mask's formula
// at once, then each that it does not decide is divided into 32; only single blocks that it does not decide
// are evaluated.
#pragma once

#include "flex/blockmask/arguments.cuh"
#include "flex/blockmask/evaluate_block.cuh"

namespace flex {

/// Counts the blocks of a row.
struct BlockCounter {
  int partial = 0;
  int full = 0;

  FLEX_DEVICE void add_partial(u32 lanes, int) { partial += __popc(lanes); }
  FLEX_DEVICE void add_full(u32 lanes, int) { full += __popc(lanes); }
  FLEX_DEVICE void add_full_run(int first, int end) { full += end - first; }
};

/// Writes the indices of the blocks of a row.
struct BlockWriter {
  int* partial;
  int* full;

  FLEX_DEVICE void add_partial(u32 lanes, int first) { partial += write(partial, lanes, first); }
  FLEX_DEVICE void add_full(u32 lanes, int first) { full += write(full, lanes, first); }
  FLEX_DEVICE void add_full_run(int first, int end) {
    for (int i = first + threadIdx.x % 32; i < end; i += 32) full[i - first] = i;
    full += end - first;
  }

 private:
  /// The blocks whose lanes are set, from the one of lane 0 on.
  static FLEX_DEVICE int write(int* list, u32 lanes, int first) {
    const int lane = threadIdx.x % 32;
    if (lanes >> lane & 1) list[__popc(lanes & ((1u << lane) - 1))] = first + lane;
    return __popc(lanes);
  }
};

template <typename Variant, typename Found>
struct BlockRow {
  const BlockMaskArguments& arguments;
  const Variant& variant;
  Found found;
  int b;
  int h;
  Interval<int> queries;

  FLEX_DEVICE BlockRow(const BlockMaskArguments& arguments, const Variant& variant, int row, Found found)
      : arguments(arguments), variant(variant), found(found) {
    const int q_blocks = ceil_div(arguments.q_length, arguments.q_block);
    const int bh = row / q_blocks;
    b = bh / arguments.heads;
    h = bh % arguments.heads;
    const int start = row % q_blocks * arguments.q_block;
    queries = {start, min(start + arguments.q_block, arguments.q_length) - 1};
  }

  /// Depth first, from left to right, so that the lists ascend.
  FLEX_DEVICE void visit() {
    const int blocks = ceil_div(arguments.kv_length, arguments.kv_block);
    if (blocks == 0) return;
    int step = 1;
    while (step < ceil_div(blocks, 32)) step *= 32;
    Frame frames[kMostFrames];
    frames[0] = divide(0, blocks, step);
    for (int top = 0; top >= 0;) {
      Frame& frame = frames[top];
      const u32 open = frame.full | frame.mixed;
      if (open == 0) {
        --top;
        continue;
      }
      const int lane = __ffs(open) - 1;
      const int first = frame.first + lane * frame.step;
      if (frame.mixed >> lane & 1) {
        frame.mixed &= ~(1u << lane);
        frames[++top] = divide(first, min(first + frame.step, frame.end), frame.step / 32);
      } else {
        frame.full &= ~(1u << lane);
        found.add_full_run(first, min(first + frame.step, frame.end));
      }
    }
  }

 private:
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
      const BlockKind found = evaluate_block(variant, b, h, queries, keys_of(first + lane, first + lane + 1));
      full |= static_cast<u32>(found == BlockKind::kFull) << lane;
      partial |= static_cast<u32>(found == BlockKind::kPartial) << lane;
    }
    found.add_partial(partial, first);
    found.add_full(full, first);
    return {first, end, step, 0, 0};
  }

  FLEX_DEVICE BlockKind classify(int first, int end) const {
    return variant.classify(arguments.tables, b, h, queries, keys_of(first, end));
  }

  FLEX_DEVICE Interval<int> keys_of(int first, int end) const {
    const i64 last = static_cast<i64>(end) * arguments.kv_block;
    return {first * arguments.kv_block, static_cast<int>(min(last, i64(arguments.kv_length))) - 1};
  }
};

}  // namespace flex
