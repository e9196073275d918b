// Attention backward for 16-bit elements on the tensor cores of compute capability 8.0 and later: mma.sync,
// cp.async, ldmatrix.
#pragma once

#include "flex/backward/passes.cuh"
#include "flex/backward/products_sm80.cuh"

namespace flex {

template <typename Variant>
using BackwardSm80 = BackwardByKeys<ProductsSm80, Variant>;

template <typename Variant>
using BackwardQuerySm80 = BackwardByQueries<ProductsSm80, Variant>;

}  // namespace flex
