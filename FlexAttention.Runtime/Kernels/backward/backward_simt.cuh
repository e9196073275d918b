// Attention backward for float32 in float32 arithmetic, on the ordinary cores.
#pragma once

#include "flex/backward/passes.cuh"
#include "flex/backward/products_simt.cuh"

namespace flex {

template <typename Variant>
using BackwardSimt = BackwardByKeys<ProductsSimt, Variant>;

template <typename Variant>
using BackwardQuerySimt = BackwardByQueries<ProductsSimt, Variant>;

}  // namespace flex
