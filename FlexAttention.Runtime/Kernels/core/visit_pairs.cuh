// The pairs of a row, one after the other: for rows that are computed again, by a whole warp each.
#pragma once

#include "flex/core/arguments.cuh"
#include "flex/core/block_list.cuh"

namespace flex {

/// Calls visit(place, masked) for every place below `length` in the blocks of a list's row.
template <typename Visit>
FLEX_DEVICE void visit_blocks(ListRange range, const int* indices, int block, int length, bool masked, Visit visit) {
#pragma unroll 1
  for (int i = range.first; i < range.end; ++i) {
    const int end = min((indices[i] + 1) * block, length);
#pragma unroll 1
    for (int place = indices[i] * block; place < end; ++place) visit(place, masked);
  }
}

/// Calls visit(kv, masked) for the keys that a query has by the block mask, or for all. Masked as its block is:
/// what a list calls full, the kernels did not mask either.
template <typename Visit>
FLEX_DEVICE void visit_keys(const ForwardArguments& arguments, Position head, int q, Visit visit) {
  if constexpr (config::kBlockMask) {
#pragma unroll 1
    for (int full = 0; full < 2; ++full) {
      const int* ranges = full ? arguments.full_ranges : arguments.partial_ranges;
      const int* indices = full ? arguments.full_indices : arguments.partial_indices;
      visit_blocks(ListRange::of(arguments, ranges, head, q), indices, arguments.mask_kv_block, arguments.kv_length,
                   !full, visit);
    }
  } else {
#pragma unroll 1
    for (int kv = 0; kv < arguments.kv_length; ++kv) visit(kv, true);
  }
}

}  // namespace flex
