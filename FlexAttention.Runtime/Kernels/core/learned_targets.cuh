// The gradients of a variant's captures, as they lie in memory.
#pragma once

#include "flex/config.cuh"
#include "flex/core/backward_arguments.cuh"
#include "flex/core/math.cuh"

namespace flex {

template <int kLearnables>
struct LearnedTargets {
  const LearnedBackwardArguments<kLearnables>& arguments;

  /// Adds to one element; what was read out of range, as zero, has none.
  template <int kCapture, typename... Index>
  FLEX_DEVICE void add(float value, Index... indices) const {
    const i64 offset = offset_of<kCapture>(indices...);
    if (value != 0.0f && offset >= 0) add_at<kCapture>(offset, value);
  }

  template <int kCapture, typename... Index>
  FLEX_DEVICE i64 offset_of(Index... indices) const {
    return flex::offset_of(arguments.captures[kCapture], static_cast<int>(indices)...);
  }

  template <int kCapture>
  FLEX_DEVICE void add_at(i64 offset, float value) const {
    if constexpr (config::kReproducible) {
      add_fixed<kCapture>(offset, scaled(value, -capture_exponent(arguments)));
    } else {
      asm volatile("red.global.add.f32 [%0], %1;" ::"l"(arguments.captures[kCapture].data + offset), "f"(value)
                   : "memory");
    }
  }

 private:
  /// What no term holds makes the result NaN, which stays.
  template <int kCapture>
  FLEX_DEVICE void add_fixed(i64 offset, float units) const {
    constexpr float kLimit = 4611686018427387904.0f;  // 2^62
    if (fabsf(units) < kLimit) {
      arguments.capture_sums[first_sum<kCapture>() + offset].add(__float2ll_rn(units));
    } else {
      arguments.captures[kCapture].data[offset] = __int_as_float(0x7fffffff);
    }
  }

  /// value * 2^power in two steps, since 2^power alone may be more than a float holds. What it loses by that is far less than 1.
  static FLEX_DEVICE float scaled(float value, int power) {
    const int half = power / 2;
    return value * power_of_two(half) * power_of_two(power - half);
  }

  static FLEX_DEVICE float power_of_two(int power) { return __int_as_float((power + 127) << 23); }

  /// Where a capture's fixed-point sums start: targets are dense.
  template <int kCapture>
  FLEX_DEVICE i64 first_sum() const {
    i64 first = 0;
    FLEX_UNROLL
    for (int i = 0; i < kCapture; ++i) first += element_count(arguments.captures[i]);
    return first;
  }
};

}  // namespace flex
