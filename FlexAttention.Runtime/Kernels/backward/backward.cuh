// Chooses the backward kernels. A unit has, in the order of their launches:
//
//   BackwardPrepare  the rows' statistics, and zeros where something is added up
//   Backward         by tiles of keys: dK, dV, the captures' gradients; sm_90: dQ too, as sums
//   BackwardQuery    by tiles of queries: dQ; not on sm_90
//   BackwardFinish   what was added up in the workspace becomes a result; the sinks' gradients
//   BackwardRecover  rows that came out infinite or NaN
#pragma once

#include "flex/config.cuh"

#if FLEX_ELEMENT_SIZE == 4
#include "flex/backward/backward_simt.cuh"
#elif FLEX_HOPPER
#include "flex/backward/backward_sm90.cuh"
#else
#include "flex/backward/backward_sm80.cuh"
#endif

#include "flex/backward/finish.cuh"
#include "flex/backward/prepare.cuh"
#include "flex/backward/recover.cuh"

namespace flex {

#if FLEX_ELEMENT_SIZE == 4
template <typename Variant>
using Backward = BackwardSimt<Variant>;
template <typename Variant>
using BackwardQuery = BackwardQuerySimt<Variant>;
#elif FLEX_HOPPER
template <typename Variant>
using Backward = BackwardSm90<Variant>;
#else
template <typename Variant>
using Backward = BackwardSm80<Variant>;
template <typename Variant>
using BackwardQuery = BackwardQuerySm80<Variant>;
#endif

}  // namespace flex
