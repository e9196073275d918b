// A variant at work on one head, backward: what the kernels call.
#pragma once

#include "flex/core/hooks.cuh"

namespace flex {

template <typename Variant>
struct GradientHooks : VariantHooks<Variant> {
  using Base = VariantHooks<Variant>;
  using typename Base::Column;
  using typename Base::Row;

  using Base::Base;

  /// The score as VariantHooks gives it, with its derivative by the scaled dot product: 1 where the variant
  /// adds to its scores and does nothing else. Of a pair that is rejected the derivative may be anything.
  template <bool kMasked, typename Q, typename Kv>
  FLEX_DEVICE float apply(float dot, const Row& row, const Column& column, Q q, Kv kv,
                          float& derivative) const {
    if constexpr (Variant::kHasDerivative) {
      float score = this->in_unit(this->variant.score_and_derivative(
          this->head, row, column, this->prescaled(dot), this->position.b, this->position.h, q, kv,
          derivative));
      if constexpr (Base::kHasShift) score += this->shift(row, q, kv);
      return !kMasked || this->keeps(row, column, q, kv) ? score : -kInfinity;
    } else {
      derivative = 1.0f;
      return Base::template apply<kMasked>(dot, row, column, q, kv);
    }
  }

  /// Adds what a pair contributes to the gradients of the captures that learn.
  /// @param dot The raw dot product: read where Variant::kLearnsFromScore, else anything.
  /// @param gradient That of the variant's score; 0 of a pair whose probability is 0, whatever else is there.
  template <typename Q, typename Kv, typename Sums>
  FLEX_DEVICE void learn(float dot, const Row& row, const Column& column, Q q, Kv kv, float gradient,
                         Sums& sums) const {
    if constexpr (Variant::kLearnables > 0) {
      this->variant.learn(this->head, row, column, this->prescaled(dot), this->position.b, this->position.h,
                          q, kv, gradient, sums);
    }
  }
};

}  // namespace flex
