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

  /// Where an element lies in its target, which is dense; negative: nowhere.
  template <int kCapture, typename... Index>
  FLEX_DEVICE i64 offset_of(Index... indices) const {
    const GradientTarget& target = arguments.captures[kCapture];
    const int index[] = {static_cast<int>(indices)..., 0};
    bool in_range = true;
    i64 offset = 0;
    FLEX_UNROLL
    for (int d = 0; d < static_cast<int>(sizeof...(Index)); ++d) {
      in_range &= static_cast<u32>(index[d]) < static_cast<u32>(target.extent[d]);
      offset += index[d] * target.stride[d];
    }
    return in_range ? offset : -1;
  }

  template <int kCapture>
  FLEX_DEVICE void add_at(i64 offset, float value) const {
    if constexpr (config::kReproducible) {
      add_fixed<kCapture>(offset, ldexp(static_cast<double>(value), -capture_exponent(arguments)));
    } else {
      asm volatile("red.global.add.f32 [%0], %1;" ::"l"(arguments.captures[kCapture].data + offset), "f"(value)
                   : "memory");
    }
  }

 private:
  /// Sums of integers are the same in any order. What no integer holds makes the result NaN, which stays.
  template <int kCapture>
  FLEX_DEVICE void add_fixed(i64 offset, double units) const {
    constexpr double kLimit = 4611686018427387904.0;  // 2^62
    if (fabs(units) < kLimit) {
      atomicAdd(reinterpret_cast<u64*>(arguments.capture_sums + first_sum<kCapture>() + offset),
                static_cast<u64>(__double2ll_rn(units)));
    } else {
      arguments.captures[kCapture].data[offset] = __int_as_float(0x7fffffff);
    }
  }

  /// Where a capture's fixed-point sums start: targets are dense.
  template <int kCapture>
  FLEX_DEVICE i64 first_sum() const {
    i64 first = 0;
    FLEX_UNROLL
    for (int i = 0; i < kCapture; ++i) {
      const int(&extent)[4] = arguments.captures[i].extent;
      first += static_cast<i64>(extent[0]) * extent[1] * extent[2] * extent[3];
    }
    return first;
  }
};

}  // namespace flex
