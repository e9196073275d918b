// Sums that are the same in any order: of integers.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

/// The sum of up to 2^32 integers below 2^62 in size, in two parts that cannot overflow.
struct FixedSum {
  u64 low;   // of the last 32 bits
  i64 high;  // of the rest

  FLEX_DEVICE void add(i64 term) {
    atomicAdd(&low, static_cast<u64>(static_cast<u32>(term)));
    atomicAdd(reinterpret_cast<u64*>(&high), static_cast<u64>(term >> 32));
  }

  FLEX_DEVICE double value() const {
    constexpr double kHighUnit = 4294967296.0;  // 2^32
    return static_cast<double>(high) * kHighUnit + static_cast<double>(low);
  }
};

}  // namespace flex
