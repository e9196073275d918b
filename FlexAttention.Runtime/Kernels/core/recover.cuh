// Rows that came out infinite or NaN though their softmax is finite.
//
// The products multiply a rejected pair's probability, 0, with whatever its value holds, and 0 times
// infinity is NaN. Values that no row may see (the padding of a batch, memory that was never written)
// must not leak: such a row is computed again, slowly, from the pairs that count alone.
#pragma once

#include "flex/core/arguments.cuh"
#include "flex/core/hooks.cuh"
#include "flex/core/math.cuh"
#include "flex/core/visit_pairs.cuh"

namespace flex {

/// Computes one row of the output by a whole warp; `write(column, value)` takes each element.
/// `maximum` is in log2 units and `factor` turns the sum of weighted values into the result.
template <typename Hooks, typename Write>
FLEX_DEVICE void recover_row(const ForwardArguments& arguments, const Hooks& hooks, int q,
                             float maximum, float factor, float log2_scale, Write write) {
  constexpr int kVSteps = ceil_div(config::kValueDim, 32);
  const int lane = threadIdx.x % 32;
  const Matrices matrices = Matrices::of(arguments, hooks.position);
  const config::Element* query = matrices.q + q * arguments.q_stride[2];
  const typename Hooks::Row row = hooks.row(q);
  float sums[kVSteps];
  FLEX_UNROLL
  for (int i = 0; i < kVSteps; ++i) sums[i] = 0.0f;
  visit_keys(arguments, hooks.position, q, [&](int kv, bool masked) {
    float dot = 0.0f;
#pragma unroll 1
    for (int d = lane; d < arguments.head_dim; d += 32) {
      dot += to_float(query[d]) * to_float(matrices.k[kv * arguments.k_stride[2] + d]);
    }
    FLEX_UNROLL
    for (int other = 1; other < 32; other *= 2) dot += __shfl_xor_sync(~0u, dot, other);
    const typename Hooks::Column column = hooks.column(kv);
    const float score = masked ? hooks.template apply<true>(dot, row, column, q, kv)
                               : hooks.template apply<false>(dot, row, column, q, kv);
    const float probability = exp2_approx(score * log2_scale - maximum);
    if (probability == 0.0f) return;
    FLEX_UNROLL
    for (int i = 0; i < kVSteps; ++i) {
      const int d = lane + 32 * i;
      if (d < arguments.value_dim) {
        sums[i] += probability * to_float(matrices.v[kv * arguments.v_stride[2] + d]);
      }
    }
  });
  FLEX_UNROLL
  for (int i = 0; i < kVSteps; ++i) {
    const int d = lane + 32 * i;
    if (d < arguments.value_dim) write(d, sums[i] * factor);
  }
}

/// Whether a row's result is not finite though its softmax is: the sign that it needs recovery.
FLEX_DEVICE bool needs_recovery(float factor, float value) {
  return factor != 0.0f && is_finite(factor) && !is_finite(value);
}

}  // namespace flex
