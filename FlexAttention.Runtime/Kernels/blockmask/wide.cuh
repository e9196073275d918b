// Arithmetic on the ends of intervals without wrapping: 64 bits, and whether they held the result. The
// host computes in 128 bits, and knows more of products of longs; neither ever claims what does not hold.
#pragma once

#include "flex/blockmask/interval.cuh"

namespace flex {

struct Wide {
  i64 value;
  bool fits;
};

FLEX_DEVICE Wide wide_add(i64 x, i64 y) {
  const i64 sum = add(x, y);
  return {sum, ((x ^ sum) & (y ^ sum)) >= 0};
}

FLEX_DEVICE Wide wide_sub(i64 x, i64 y) {
  const i64 difference = sub(x, y);
  return {difference, ((x ^ y) & (x ^ difference)) >= 0};
}

FLEX_DEVICE bool is_short(i64 x) { return x == static_cast<int>(x); }

FLEX_DEVICE Wide wide_mul(i64 x, i64 y) { return {mul(x, y), is_short(x) && is_short(y)}; }

FLEX_DEVICE Wide wide_shl(i64 x, int count) { return {shl(x, count), is_short(x) && count < 32}; }

FLEX_DEVICE Wide wide_div(i64 x, i64 y) {
  return y == -1 ? wide_sub(0, x) : Wide{x / y, true};
}

FLEX_DEVICE Wide wide_floor_div(i64 x, i64 y) {
  const Wide quotient = wide_div(x, y);
  const bool rounds = y != -1 && x % y != 0 && (x < 0) != (y < 0);
  return {quotient.value - (rounds ? 1 : 0), quotient.fits};
}

FLEX_DEVICE Wide least(Wide x, Wide y) { return {minimum(x.value, y.value), x.fits && y.fits}; }
FLEX_DEVICE Wide greatest(Wide x, Wide y) { return {maximum(x.value, y.value), x.fits && y.fits}; }

/// What a type holds of results that wrap: an interval where all of them wrap equally often, else anything.
template <typename T>
FLEX_DEVICE Interval<T> fit(Wide low, Wide high) {
  const T first = static_cast<T>(low.value), last = static_cast<T>(high.value);
  constexpr u64 kMost = static_cast<u64>(Limits<T>::kMost) - static_cast<u64>(Limits<T>::kLeast);
  const u64 distance = static_cast<u64>(high.value) - static_cast<u64>(low.value);
  return low.fits && high.fits && distance <= kMost && first <= last ? Interval<T>{first, last} : Interval<T>::all();
}

template <typename T>
FLEX_DEVICE Interval<T> fit(i64 low, i64 high) {
  return fit<T>(Wide{low, true}, Wide{high, true});
}

}  // namespace flex
