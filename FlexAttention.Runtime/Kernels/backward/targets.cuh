// The elements of captures' gradients, and how the threads of a grid share elements out.
#pragma once

#include "flex/core/backward_arguments.cuh"

namespace flex {

/// Calls visit(i) for each i below count, in all threads of the grid together.
template <typename Visit>
FLEX_DEVICE void for_each_in_grid(i64 count, Visit visit) {
  const i64 block = (static_cast<i64>(blockIdx.z) * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
  const i64 step = static_cast<i64>(gridDim.x) * gridDim.y * gridDim.z * blockDim.x;
  for (i64 i = block * blockDim.x + threadIdx.x; i < count; i += step) visit(i);
}

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
