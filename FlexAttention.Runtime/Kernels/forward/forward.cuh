// Chooses the forward kernel for the element type.
#pragma once

#include "flex/config.cuh"
#include "flex/forward/forward_simt.cuh"
#include "flex/forward/forward_sm80.cuh"

namespace flex {

template <typename Element, typename Variant>
struct ChooseForward {
  using Type = ForwardSm80<Variant>;
};

template <typename Variant>
struct ChooseForward<float, Variant> {
  using Type = ForwardSimt<Variant>;
};

template <typename Variant>
using Forward = typename ChooseForward<config::Element, Variant>::Type;

}  // namespace flex
