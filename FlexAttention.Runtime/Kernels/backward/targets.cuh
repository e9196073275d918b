// The elements of captures' gradients.
#pragma once

#include "flex/core/backward_arguments.cuh"

namespace flex {

/// Element number `index`, the last dimension running fastest.
FLEX_DEVICE float& element_of(const GradientTarget& target, i64 index) {
  i64 offset = 0;
  FLEX_UNROLL
  for (int i = 3; i >= 0; --i) {
    offset += index % target.extent[i] * target.stride[i];
    index /= target.extent[i];
  }
  return target.data[offset];
}

}  // namespace flex
