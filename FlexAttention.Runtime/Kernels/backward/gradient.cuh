// The gradient of one pair.
#pragma once

#include "flex/core/math.cuh"
#include "flex/core/types.cuh"

namespace flex {

/// What the score of a pair adds to the loss: its probability times how far the pair's own product with the
/// gradient of the output lies above the row's mean. Nothing where the pair may be rejected and has
/// probability 0: its value, which no row may see, can hold anything.
template <bool kMayReject>
FLEX_DEVICE float score_gradient(float probability, float d_probability, float delta) {
  const float gradient = probability * (d_probability - delta);
  return kMayReject && probability == 0.0f ? 0.0f : gradient;
}

/// The same for the dot product, through the derivative of the variant's score.
template <bool kMayReject>
FLEX_DEVICE float dot_gradient(float probability, float gradient, float derivative) {
  return kMayReject && probability == 0.0f ? 0.0f : gradient * derivative;
}

}  // namespace flex
