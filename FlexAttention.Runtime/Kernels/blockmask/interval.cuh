// What is known of a value over a rectangle of queries and keys: an interval of an integer, the truth of
// a condition. The same as Interval and Truth in C#.
#pragma once

#include "flex/core/integer.cuh"
#include "flex/core/types.cuh"

namespace flex {

template <typename T>
struct Limits {
  static constexpr bool kSigned = T(-1) < T(0);
  static constexpr T kMost =
      static_cast<T>(static_cast<UnsignedOf<T>>(~UnsignedOf<T>(0)) >> (kSigned ? 1 : 0));
  static constexpr T kLeast = kSigned ? static_cast<T>(-kMost - 1) : T(0);
};

/// All values from one to another.
template <typename T>
struct Interval {
  T low;
  T high;

  static FLEX_DEVICE Interval exactly(T value) { return {value, value}; }
  static FLEX_DEVICE Interval all() { return {Limits<T>::kLeast, Limits<T>::kMost}; }

  FLEX_DEVICE bool is_exact() const { return low == high; }
  FLEX_DEVICE Interval united(Interval other) const {
    return {minimum(low, other.low), maximum(high, other.high)};
  }
};

/// The values that a condition takes: a bit for each.
enum class Truth : u32 { kFalse = 1, kTrue = 2, kUnknown = 3 };

/// What a mask keeps of a block. In the order of BlockKind in C#.
enum class BlockKind : int { kEmpty, kPartial, kFull };

}  // namespace flex
