// Sums that are the same in any order: of integers.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

/// The sum of up to 2^32 integers below 2^62 in size, in two parts that cannot overflow. Most terms have but one.
struct FixedSum {
  i64 low;   // of the last 32 bits, with their sign
  i64 high;  // of the rest, in units of 2^32

  FLEX_DEVICE void add(i64 term) {
    const int last = static_cast<int>(term);
    const i64 rest = (term - last) >> 32;
    add_to(low, last);
    if (rest != 0) add_to(high, rest);
  }

  FLEX_DEVICE double value() const {
    constexpr double kHighUnit = 4294967296.0;  // 2^32
    return static_cast<double>(high) * kHighUnit + static_cast<double>(low);
  }

 private:
  static FLEX_DEVICE void add_to(i64& part, i64 term) {
    atomicAdd(reinterpret_cast<u64*>(&part), static_cast<u64>(term));
  }
};

}  // namespace flex
