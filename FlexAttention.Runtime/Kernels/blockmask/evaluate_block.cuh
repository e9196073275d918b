// Decides one block by a look at its pairs, a warp at work, until it is known to be partial.
#pragma once

#include "flex/blockmask/interval.cuh"

namespace flex {

namespace block {

/// Whether a block has pairs that the mask keeps, and pairs that it rejects, as far as they were looked at.
struct Seen {
  bool kept = false;
  bool rejected = false;

  FLEX_DEVICE void add(bool keep) {
    kept |= keep;
    rejected |= !keep;
  }
  FLEX_DEVICE bool both() const { return __any_sync(~0u, kept) && __any_sync(~0u, rejected); }
};

/// A few pairs all over the block: a border that crosses it is mostly between some of them.
template <typename Variant>
FLEX_DEVICE bool differs_at_samples(const Variant& variant, const typename Variant::Head& head, int b, int h,
                                    Interval<int> queries, Interval<int> keys) {
  const int lane = threadIdx.x % 32;
  const int q = queries.low + static_cast<int>(static_cast<i64>(queries.high - queries.low) * (lane / 8) / 3);
  const int kv = keys.low + static_cast<int>(static_cast<i64>(keys.high - keys.low) * (lane % 8) / 7);
  Seen seen;
  seen.add(variant.mask(head, variant.row(head, b, h, q), variant.column(head, b, h, kv), b, h, q, kv));
  return seen.both();
}

}  // namespace block

/// Lanes along the keys.
template <typename Variant>
FLEX_DEVICE BlockKind evaluate_block(const Variant& variant, int b, int h, Interval<int> queries,
                                     Interval<int> keys) {
  constexpr int kRowsPerVote = 16;
  const auto head = variant.head(1.0f, b, h);
  if (block::differs_at_samples(variant, head, b, h, queries, keys)) return BlockKind::kPartial;
  block::Seen seen;
  for (int kv_first = keys.low; kv_first <= keys.high; kv_first += 32) {
    // Lanes past the end repeat the last key: that changes no answer.
    const int kv = min(kv_first + static_cast<int>(threadIdx.x % 32), keys.high);
    const auto column = variant.column(head, b, h, kv);
    for (int q_first = queries.low; q_first <= queries.high; q_first += kRowsPerVote) {
      const int q_last = min(q_first + kRowsPerVote - 1, queries.high);
      for (int q = q_first; q <= q_last; ++q) {
        seen.add(variant.mask(head, variant.row(head, b, h, q), column, b, h, q, kv));
      }
      if (seen.both()) return BlockKind::kPartial;
    }
  }
  return __any_sync(~0u, seen.kept) ? BlockKind::kFull : BlockKind::kEmpty;
}

}  // namespace flex
