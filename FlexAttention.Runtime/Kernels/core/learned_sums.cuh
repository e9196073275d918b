// Adds up the gradients of a variant's captures: what pairs of a warp share is summed before it is written.
#pragma once

#include "flex/core/diagonal_sums.cuh"
#include "flex/core/direct_sums.cuh"
#include "flex/core/learned_targets.cuh"
#include "flex/core/shared_sums.cuh"
#include "flex/core/uniform_sums.cuh"

namespace flex {

/// The sums of one thread. A kernel goes through the queries of a tile in order, by parts. Whole warps come to
/// all functions, `learn` of the variant included.
template <typename Variant, bool kLearns = (Variant::kLearnables > 0)>
struct LearnedSums : DirectSums<Variant, LearnedTargets<Variant::kLearnables>> {
  using Base = DirectSums<Variant, LearnedTargets<Variant::kLearnables>>;
  using Base::b;
  using Base::h;
  using Base::targets;
  using Base::variant;

  learned::HeadSums<Variant::kHeadSums> head_sums;
  learned::KeySums<PairLayout::kIsKnown ? Variant::kKeySums : 0> key_sums;
  learned::QuerySums<PairLayout::kIsKnown ? Variant::kQuerySums : 0> query_sums;
  learned::DiagonalSums<PairLayout::kIsKnown ? Variant::kDistanceSums : 0> distance_sums;
  learned::UniformSums<Variant::kLearnables, Variant::kHasUniformSums> uniform_sums;

  using Arguments = LearnedBackwardArguments<Variant::kLearnables>;

  FLEX_DEVICE LearnedSums(const Arguments& arguments, const Variant& variant, int b)
      : Base{{arguments}, variant, b, -1} {}

  /// The pairs that follow are of another head.
  FLEX_DEVICE void next_head(int next) {
    if (h >= 0 && next != h) flush();
    h = next;
  }

  /// The pairs of so many of a tile's queries are all there: a number that is known at compile time, as loops
  /// over them are unrolled.
  FLEX_DEVICE void end_queries(int count) {
    if (count % PairLayout::kPart == 0) end_part();
  }

  /// There are no more pairs, of this head at least.
  FLEX_DEVICE void flush() {
    if (h < 0) return;
    uniform_sums.flush(targets);
    if constexpr (Variant::kHeadSums > 0) {
      head_sums.flush(
          [this](const float(&totals)[Variant::kHeadSums]) { variant.write_head(b, h, totals, targets); });
    }
    if constexpr (PairLayout::kIsKnown && Variant::kKeySums > 0) {
      key_sums.flush([this](int kv, const float(&totals)[Variant::kKeySums]) {
        variant.write_key(b, h, kv, totals, targets);
      });
    }
  }

  // What the variant's hooks call. A kernel whose threads hold other pairs than PairLayout says, or that passes
  // ints, has all but the sums of a head written at once.

  using Base::add_to_distance;
  using Base::add_to_key;
  using Base::add_to_query;

  template <int kCapture, typename... Index>
  FLEX_DEVICE void add_uniform(float value, Index... indices) {
    const float sum = learned::warp_sum(value);
    if (thread_index() % 32 == 0) uniform_sums.template add<kCapture>(targets, sum, indices...);
  }
  template <int kSum>
  FLEX_DEVICE void add_to_head(float value) {
    head_sums.slots[kSum] += value;
  }
  template <int kSum>
  FLEX_DEVICE void add_to_key(float value, Key kv) {
    if constexpr (PairLayout::kIsKnown) {
      key_sums.template add<kSum>(value, kv);
    } else {
      Base::template add_to_key<kSum>(value, kv);
    }
  }
  template <int kSum>
  FLEX_DEVICE void add_to_query(float value, Key q) {
    if constexpr (PairLayout::kIsKnown) {
      query_sums.template add<kSum>(value, q);
    } else {
      Base::template add_to_query<kSum>(value, q);
    }
  }
  template <int kSum>
  FLEX_DEVICE void add_to_distance(float value, Key q, Key kv) {
    if constexpr (PairLayout::kIsKnown) {
      distance_sums.template add<kSum>(value, q, kv);
    } else {
      Base::template add_to_distance<kSum>(value, q, kv);
    }
  }

 private:
  FLEX_DEVICE void end_part() {
    if constexpr (PairLayout::kIsKnown && Variant::kQuerySums > 0) {
      query_sums.flush([this](int q, const float(&totals)[Variant::kQuerySums]) {
        variant.write_query(b, h, q, totals, targets);
      });
    }
    if constexpr (PairLayout::kIsKnown && Variant::kDistanceSums > 0) {
      distance_sums.flush([this](int distance, const float(&totals)[Variant::kDistanceSums]) {
        variant.write_distance(b, h, distance, totals, targets);
      });
    }
  }
};

/// Nothing learns.
template <typename Variant>
struct LearnedSums<Variant, false> {
  FLEX_DEVICE LearnedSums(const LearnedBackwardArguments<Variant::kLearnables>&, const Variant&, int) {}
  FLEX_DEVICE void next_head(int) {}
  FLEX_DEVICE void end_queries(int) {}
  FLEX_DEVICE void flush() {}
};

}  // namespace flex
