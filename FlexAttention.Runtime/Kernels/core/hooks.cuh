// A variant at work on one tile of queries: what the kernels call.
#pragma once

#include "flex/core/block_list.cuh"
#include "flex/variant.cuh"

namespace flex {

template <typename Variant>
struct VariantHooks {
  using Head = typename Variant::Head;
  using Row = typename Variant::Row;
  using Column = typename Variant::Column;

  const Variant& variant;
  int b;
  int h;
  int kv_length;
  Head head;

  FLEX_DEVICE VariantHooks(const ForwardArguments& arguments, const Variant& variant,
                           const TileOfWork& work)
      : variant(variant),
        b(work.b),
        h(work.h),
        kv_length(arguments.kv_length),
        head(variant.head(arguments.scale, work.b, work.h)) {}

  FLEX_DEVICE Row row(int q) const { return variant.row(head, b, h, q); }
  FLEX_DEVICE Column column(int kv) const { return variant.column(head, b, h, kv); }

  /// A raw dot product in, log2 units out if there is a score. The mask comes last, since a score
  /// could make a rejected pair finite again; it also rejects what lies past the last key.
  template <bool kMasked>
  FLEX_DEVICE float apply(float score, const Row& row, const Column& column, int q, int kv) const {
    if constexpr (Variant::kHasScore) score = variant.score(head, row, column, score, b, h, q, kv);
    if constexpr (kMasked) {
      bool kept = kv < kv_length;
      if constexpr (Variant::kHasMask) kept = kept && variant.mask(head, row, column, b, h, q, kv);
      score = kept ? score : -kInfinity;
    }
    return score;
  }
};

}  // namespace flex
