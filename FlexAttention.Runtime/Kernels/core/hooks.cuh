// A variant at work on one head: what the kernels call.
#pragma once

#include "flex/core/block_list.cuh"
#include "flex/variant.cuh"

namespace flex {

template <typename Variant>
struct VariantHooks {
  using Head = typename Variant::Head;
  using Row = typename Variant::Row;
  using Column = typename Variant::Column;

  const ForwardArguments& arguments;
  const Variant& variant;
  Position position;
  Head head;

  FLEX_DEVICE VariantHooks(const ForwardArguments& arguments, const Variant& variant,
                           Position position)
      : arguments(arguments),
        variant(variant),
        position(position),
        head(variant.head(arguments.scale, position.b, position.h)) {}

  FLEX_DEVICE Row row(int q) const { return variant.row(head, position.b, position.h, q); }
  template <typename Kv>
  FLEX_DEVICE Column column(Kv kv) const {
    return variant.column(head, position.b, position.h, kv);
  }

  /// Whether scores come out in log2 units; else they stay raw dot products.
  static constexpr bool kScoresAreLog2 = Variant::kHasScore || config::kPrescale;
  /// Whether a pair that is visited can have probability zero.
  static constexpr bool kMayReject = Variant::kHasScore || Variant::kHasMask;

  /// A raw dot product in, log2 units out if there is a score. The mask comes last, since a score
  /// could make a rejected pair finite again; it also rejects what lies past the last key. The key is an
  /// int or, where its offset in the tile is known at compile time, a Key: that is the fast form.
  template <bool kMasked, typename Kv>
  FLEX_DEVICE float apply(float score, const Row& row, const Column& column, int q, Kv kv) const {
    if constexpr (Variant::kHasScore) {
      score = variant.score(head, row, column, score, position.b, position.h, q, kv);
    } else if constexpr (config::kPrescale) {
      score *= arguments.scale * kLog2E;
    }
    if constexpr (kMasked) {
      bool kept = kv < arguments.kv_length;
      if constexpr (Variant::kHasMask) {
        kept &= variant.mask(head, row, column, position.b, position.h, q, kv);  // no branch
      }
      score = kept ? score : -kInfinity;
    }
    return score;
  }
};

}  // namespace flex
