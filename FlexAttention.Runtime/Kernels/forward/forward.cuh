// Chooses the forward kernel for the element type.
#pragma once

#include "flex/config.cuh"

#if FLEX_ELEMENT_SIZE == 4
#include "flex/forward/forward_simt.cuh"
#else
#include "flex/forward/forward_sm80.cuh"
#endif

namespace flex {

#if FLEX_ELEMENT_SIZE == 4
template <typename Variant>
using Forward = ForwardSimt<Variant>;
#else
template <typename Variant>
using Forward = ForwardSm80<Variant>;
#endif

}  // namespace flex
