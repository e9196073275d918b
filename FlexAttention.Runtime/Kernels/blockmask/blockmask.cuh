// Builds a block mask: which blocks of (query, key) pairs a mask keeps in full, in part, or not at
// all. Two passes over the mask, so that memory is what the lists need and no more.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

/// Mirrored by BlockMaskArguments in C#. A row of blocks is one (batch, head, query block).
struct BlockMaskArguments {
  int* partial_offsets;  // [rows + 1]
  int* partial_indices;
  int* full_offsets;  // [rows + 1]
  int* full_indices;
  int heads;
  int q_length;
  int kv_length;
  int q_block;
  int kv_block;
};

enum class BlockKind : int { kEmpty, kPartial, kFull };

/// One CTA a row of blocks; in each round every warp decides one block.
template <typename Variant>
struct BlockMask {
  using Arguments = BlockMaskArguments;

  static constexpr int kWarps = 8;
  static constexpr int kThreads = 32 * kWarps;
  static constexpr int kMinBlocks = 1;

  /// Writes each row's number of blocks behind its offset; the host sums them up.
  static FLEX_DEVICE void count(const BlockMaskArguments& arguments, const Variant& variant) {
    visit<false>(arguments, variant);
  }

  /// Writes the indices, at the offsets that the host has computed.
  static FLEX_DEVICE void fill(const BlockMaskArguments& arguments, const Variant& variant) {
    visit<true>(arguments, variant);
  }

 private:
  template <bool kFill>
  static FLEX_DEVICE void visit(const BlockMaskArguments& arguments, const Variant& variant) {
    __shared__ BlockKind kinds[kWarps];
    const int q_blocks = ceil_div(arguments.q_length, arguments.q_block);
    const int kv_blocks = ceil_div(arguments.kv_length, arguments.kv_block);
    const int row = blockIdx.x;
    const int bh = row / q_blocks;
    const int b = bh / arguments.heads;
    const int h = bh % arguments.heads;
    const int q_start = row % q_blocks * arguments.q_block;
    const int warp = threadIdx.x / 32;
    const auto head = variant.head(1.0f, b, h);

    int partial = kFill ? arguments.partial_offsets[row] : 0;
    int full = kFill ? arguments.full_offsets[row] : 0;
    for (int first = 0; first < kv_blocks; first += kWarps) {
      const int block = first + warp;
      const BlockKind kind = block < kv_blocks
                                 ? classify(arguments, variant, head, b, h, q_start, block)
                                 : BlockKind::kEmpty;
      __syncthreads();
      if (threadIdx.x % 32 == 0) kinds[warp] = kind;
      __syncthreads();
      for (int w = 0; w < kWarps; ++w) {
        const bool mine = kFill && w == warp && threadIdx.x % 32 == 0;
        if (kinds[w] == BlockKind::kPartial) {
          if (mine) arguments.partial_indices[partial] = block;
          ++partial;
        } else if (kinds[w] == BlockKind::kFull) {
          if (mine) arguments.full_indices[full] = block;
          ++full;
        }
      }
    }
    if (!kFill && threadIdx.x == 0) {
      arguments.partial_offsets[row + 1] = partial;
      arguments.full_offsets[row + 1] = full;
    }
  }

  /// Decides one block by evaluating it, lanes along the keys, until it is known to be partial.
  static FLEX_DEVICE BlockKind classify(const BlockMaskArguments& arguments,
                                        const Variant& variant,
                                        const typename Variant::Head& head, int b, int h,
                                        int q_start, int block) {
    constexpr int kRowsPerVote = 16;
    const int q_end = min(q_start + arguments.q_block, arguments.q_length);
    const int kv_start = block * arguments.kv_block;
    const int kv_end = min(kv_start + arguments.kv_block, arguments.kv_length);
    bool kept = false;
    bool rejected = false;
    for (int kv_first = kv_start; kv_first < kv_end; kv_first += 32) {
      // Lanes past the end repeat the last key: that changes no answer.
      const int kv = min(kv_first + static_cast<int>(threadIdx.x % 32), kv_end - 1);
      const auto column = variant.column(head, b, h, kv);
      for (int q_first = q_start; q_first < q_end; q_first += kRowsPerVote) {
        const int q_last = min(q_first + kRowsPerVote, q_end);
        for (int q = q_first; q < q_last; ++q) {
          const bool keep =
              variant.mask(head, variant.row(head, b, h, q), column, b, h, q, kv);
          kept |= keep;
          rejected |= !keep;
        }
        if (__any_sync(~0u, kept) && __any_sync(~0u, rejected)) return BlockKind::kPartial;
      }
    }
    return __any_sync(~0u, kept) ? BlockKind::kFull : BlockKind::kEmpty;
  }
};

}  // namespace flex
