// Chooses the forward kernel.
#pragma once

#include "flex/config.cuh"

#if FLEX_ELEMENT_SIZE == 4
#include "flex/forward/forward_simt.cuh"
#elif FLEX_HOPPER
#include "flex/forward/forward_sm90.cuh"
#else
#include "flex/forward/forward_sm80.cuh"
#endif

namespace flex {

#if FLEX_ELEMENT_SIZE == 4
template <typename Variant>
using Forward = ForwardSimt<Variant>;
#elif FLEX_HOPPER
template <typename Variant>
using Forward = ForwardSm90<Variant>;
#else
template <typename Variant>
using Forward = ForwardSm80<Variant>;
#endif

}  // namespace flex
