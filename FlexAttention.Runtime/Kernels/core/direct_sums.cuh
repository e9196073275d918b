// Writes what single pairs contribute to the gradients of a variant's captures: what its hooks call.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

/// Targets has `add<capture>(value, indices...)`.
template <typename Variant, typename Targets>
struct DirectSums {
  Targets targets;
  const Variant& variant;
  int b;
  int h;

  /// Adds to an element of a capture.
  template <int kCapture, typename... Index>
  FLEX_DEVICE void add(float value, Index... indices) {
    targets.template add<kCapture>(value, indices...);
  }

  /// The same for an element that is that of all pairs of a warp.
  template <int kCapture, typename... Index>
  FLEX_DEVICE void add_uniform(float value, Index... indices) {
    targets.template add<kCapture>(value, indices...);
  }

  // Adds to what all pairs of a head, a key, a query or a distance share.

  template <int kSum>
  FLEX_DEVICE void add_to_head(float value) {
    variant.write_head(b, h, Single<Variant::kHeadSums, kSum>(value).totals, targets);
  }
  template <int kSum>
  FLEX_DEVICE void add_to_key(float value, int kv) {
    variant.write_key(b, h, kv, Single<Variant::kKeySums, kSum>(value).totals, targets);
  }
  template <int kSum>
  FLEX_DEVICE void add_to_query(float value, int q) {
    variant.write_query(b, h, q, Single<Variant::kQuerySums, kSum>(value).totals, targets);
  }
  template <int kSum>
  FLEX_DEVICE void add_to_distance(float value, int q, int kv) {
    variant.write_distance(b, h, q - kv, Single<Variant::kDistanceSums, kSum>(value).totals, targets);
  }

 private:
  /// Totals of which one is not zero.
  template <int kSums, int kSum>
  struct Single {
    float totals[kSums] = {};
    FLEX_DEVICE explicit Single(float value) { totals[kSum] = value; }
  };
};

}  // namespace flex
