// The running maximum and sum of the softmax, in base 2.
#pragma once

#include "flex/core/block_list.cuh"
#include "flex/core/math.cuh"
#include "flex/core/types.cuh"

namespace flex {

/// How far, in log2 units, a score may exceed the reference of a lazy softmax.
constexpr float kLazyLimit = 8.0f;

/// The state of kRows rows of one thread; kLanes neighbouring lanes share a row. The maximum is held in
/// log2 units and starts at the lowest finite number: a row without a key then needs no special case,
/// since its probabilities come out as 2^-inf = 0. The sum is this lane's share.
template <int kRows, int kLanes>
struct OnlineSoftmax {
  float maximum[kRows];
  float sum[kRows];

  FLEX_DEVICE OnlineSoftmax() {
    FLEX_UNROLL
    for (int r = 0; r < kRows; ++r) {
      maximum[r] = kLowest;
      sum[r] = 0.0f;
    }
  }

  /// The sum over the lanes of row r.
  FLEX_DEVICE float total(int r) const {
    float value = sum[r];
    FLEX_UNROLL
    for (int lane = 1; lane < kLanes; lane *= 2) value += __shfl_xor_sync(~0u, value, lane);
    return value;
  }

  /// Row r's maximum in log2 units; -infinity while it has no key.
  FLEX_DEVICE float peak(int r) const { return maximum[r] == kLowest ? -kInfinity : maximum[r]; }

  /// Puts the state into this thread's place in shared memory, so that its registers are free until
  /// `resume`. The volatile accesses keep the compiler from holding it in registers all the same.
  template <int kThreads>
  FLEX_DEVICE void park(volatile float (&places)[2 * kRows][kThreads]) const {
    const int thread = thread_index();
    FLEX_UNROLL
    for (int r = 0; r < kRows; ++r) {
      places[r][thread] = maximum[r];
      places[kRows + r][thread] = sum[r];
    }
  }

  template <int kThreads>
  FLEX_DEVICE void resume(const volatile float (&places)[2 * kRows][kThreads]) {
    const int thread = thread_index();
    FLEX_UNROLL
    for (int r = 0; r < kRows; ++r) {
      maximum[r] = places[r][thread];
      sum[r] = places[kRows + r][thread];
    }
  }

  /// Takes in the maximum of a new tile; gives the factor for what was accumulated before. Lazily, a
  /// maximum that is exceeded by a factor of at most 2^8 stays: any reference that lies near the maximum
  /// serves, and most tiles then leave the output as it is.
  template <bool kLazy = false>
  FLEX_DEVICE float advance(int r, float tile_maximum, float log2_scale) {
    FLEX_UNROLL
    for (int lane = 1; lane < kLanes; lane *= 2) {
      tile_maximum = fast_max(tile_maximum, __shfl_xor_sync(~0u, tile_maximum, lane));
    }
    const float previous = maximum[r];
    const float raised = fast_max(previous, tile_maximum * log2_scale);
    maximum[r] = kLazy && raised - previous <= kLazyLimit ? previous : raised;
    const float factor = exp2_approx(previous - maximum[r]);
    sum[r] *= factor;
    return factor;
  }
};

/// Ends a row whose maximum is in log2 units: writes its lse and maximum if asked for, and gives the
/// factor that turns the accumulated output into the result. A sink (in natural units) is one more
/// logit in the denominator. A row with neither key nor sink gives factor 0 and lse -inf.
FLEX_DEVICE float finish_row(const ForwardArguments& arguments, Position position, int q, float maximum,
                             float sum, bool writes) {
  const float sink = config::kSinks ? arguments.sinks[position.h] * kLog2E : -kInfinity;
  const float top = fast_max(maximum, sink);
  // A NaN score raises no maximum, but the sum holds it, and the row must show it.
  const bool empty = top == -kInfinity && sum == 0.0f;
  const float rescale = empty ? 0.0f : exp2_approx(maximum - top);
  const float total = empty ? 0.0f : sum * rescale + exp2_approx(sink - top);
  if (writes && q < arguments.q_length) {
    const i64 row = (static_cast<i64>(position.b) * arguments.q_heads + position.h) * arguments.q_length + q;
    if (config::kLse) arguments.lse[row] = empty ? -kInfinity : (top + log2_approx(total)) * kLn2;
    if (config::kRowMax) arguments.row_max[row] = maximum * kLn2;
  }
  return empty ? 0.0f : rescale / total;
}

}  // namespace flex
