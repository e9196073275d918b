// Values in shared memory that may be empty.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

/// kCount values; empty ones take no memory.
template <typename T, int kCount, bool kEmpty = __is_empty(T)>
struct Staged {
  // Neighbours are read together where two make an access of the hardware.
  static constexpr int kPair = 2 * sizeof(T);
  static constexpr bool kAligned = kPair == 4 || kPair == 8 || kPair == 16;

  alignas(kAligned ? kPair : alignof(T)) T values[kCount];

  FLEX_DEVICE void write(int i, const T& value) { values[i] = value; }
  FLEX_DEVICE T read(int i) const { return values[i]; }
};

template <typename T, int kCount>
struct Staged<T, kCount, true> {
  FLEX_DEVICE void write(int, const T&) {}
  FLEX_DEVICE T read(int) const { return {}; }
};

}  // namespace flex
