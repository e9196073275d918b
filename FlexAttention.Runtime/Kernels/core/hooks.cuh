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
        head(variant.head(kInDots && config::kPrescale ? 1.0f : arguments.scale, position.b,
                          position.h)) {}

  /// With what the variant has computed for the head before.
  FLEX_DEVICE VariantHooks(const ForwardArguments& arguments, const Variant& variant, Position position,
                           const Head& head)
      : arguments(arguments), variant(variant), position(position), head(head) {}

  template <typename Q>
  FLEX_DEVICE Row row(Q q) const {
    return variant.row(head, position.b, position.h, q);
  }
  template <typename Kv>
  FLEX_DEVICE Column column(Kv kv) const {
    return variant.column(head, position.b, position.h, kv);
  }

  /// Whether a score is the raw dot product, changed or not; else it is in log2 units.
  static constexpr bool kInDots = !Variant::kHasScore || !Variant::kScoreIsLog2;
  /// Whether a tile that needs no mask needs `apply` all the same.
  static constexpr bool kChangesScores = Variant::kHasScore || config::kPrescale;
  /// Whether a pair that is visited can have probability zero.
  static constexpr bool kMayReject = Variant::kHasScore || Variant::kHasMask;

  /// The factor that turns what `apply` gives into log2 units. Positive, so that it can join the exponent's
  /// multiplication: with any other scale `apply` multiplies itself, and a variant that divides by the scale
  /// gets scaled products and the scale 1.
  static FLEX_DEVICE float log2_scale(const ForwardArguments& arguments) {
    return !kInDots            ? Variant::kScoreFactor
           : config::kPrescale ? 1.0f
                               : arguments.scale * kLog2E;
  }

  /// Whether `apply_in_tile` leaves something out.
  static constexpr bool kHasShift = Variant::kHasShift;

  /// A raw dot product in, the score out. The mask comes last, since a score could make a rejected pair
  /// finite again; it also rejects what lies past the last key. The query and the key are ints or, where the
  /// offset in the tile is known at compile time, a Key: that is the fast form.
  template <bool kMasked, typename Q, typename Kv>
  FLEX_DEVICE float apply(float dot, const Row& row, const Column& column, Q q, Kv kv) const {
    float score = unmasked(dot, row, column, q, kv);
    if constexpr (kHasShift) score += shift(row, q, kv);
    return !kMasked || keeps(row, column, q, kv) ? score : -kInfinity;
  }

  /// The same for kernels that do once a tile what is the same for many pairs. It lacks `shift`, which all
  /// keys with the same base share and which can be added to a row's maximum, and may not look at the
  /// length.
  template <bool kMasked, bool kBounded>
  FLEX_DEVICE float apply_in_tile(float dot, const Row& row, const Column& column, int q, Key kv) const {
    const float score = unmasked(dot, row, column, q, kv);
    if constexpr (kMasked && kBounded) return keeps(row, column, q, kv) ? score : -kInfinity;
    return !kMasked || permits(row, column, q, kv) ? score : -kInfinity;
  }

  /// The keys of a set that the mask permits, of a variant whose mask can be asked so.
  FLEX_DEVICE KeyBits permitted(const Row& row, int q, KeySet keys) const {
    return variant.mask_keys(head, row, position.b, position.h, q, keys);
  }

  template <typename Q, typename Kv>
  FLEX_DEVICE float shift(const Row& row, Q q, Kv kv) const {
    float shift = 0.0f;
    if constexpr (kHasShift) shift = variant.shift(head, row, position.b, position.h, q, kv);
    return in_unit(shift);
  }

 protected:
  /// What the variant takes for the dot product.
  FLEX_DEVICE float prescaled(float dot) const {
    return kInDots && config::kPrescale ? dot * arguments.scale : dot;
  }

  /// The variant's score in the kernel's unit.
  static FLEX_DEVICE float in_unit(float score) {
    return kInDots && config::kPrescale ? score * kLog2E : score;
  }

  template <typename Q, typename Kv>
  FLEX_DEVICE float unmasked(float dot, const Row& row, const Column& column, Q q, Kv kv) const {
    float score = prescaled(dot);
    if constexpr (Variant::kHasScore) {
      score = variant.score(head, row, column, score, position.b, position.h, q, kv);
    }
    return in_unit(score);
  }

  template <typename Q, typename Kv>
  FLEX_DEVICE bool keeps(const Row& row, const Column& column, Q q, Kv kv) const {
    bool kept = kv < arguments.kv_length;
    kept &= permits(row, column, q, kv);  // no branch
    return kept;
  }

  template <typename Q, typename Kv>
  FLEX_DEVICE bool permits(const Row& row, const Column& column, Q q, Kv kv) const {
    if constexpr (Variant::kHasMask) {
      return variant.mask(head, row, column, position.b, position.h, q, kv);
    } else {
      return true;
    }
  }
};

}  // namespace flex
