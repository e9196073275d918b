// The operations of the language on intervals: each gives an interval that holds the result for all values
// of its operands. The same as Intervals in C#.
#pragma once

#include "flex/blockmask/truths.cuh"
#include "flex/blockmask/wide.cuh"

namespace flex::intervals {

template <typename T>
FLEX_DEVICE Interval<T> of_add(Interval<T> x, Interval<T> y) {
  return fit<T>(wide_add(x.low, y.low), wide_add(x.high, y.high));
}

template <typename T>
FLEX_DEVICE Interval<T> of_subtract(Interval<T> x, Interval<T> y) {
  return fit<T>(wide_sub(x.low, y.high), wide_sub(x.high, y.low));
}

template <typename T>
FLEX_DEVICE Interval<T> of_multiply(Interval<T> x, Interval<T> y) {
  const Wide a = wide_mul(x.low, y.low), b = wide_mul(x.low, y.high);
  const Wide c = wide_mul(x.high, y.low), d = wide_mul(x.high, y.high);
  return fit<T>(least(least(a, b), least(c, d)), greatest(greatest(a, b), greatest(c, d)));
}

template <typename T>
FLEX_DEVICE Interval<T> of_negate(Interval<T> x) {
  return fit<T>(wide_sub(0, x.high), wide_sub(0, x.low));
}

template <typename T>
FLEX_DEVICE Interval<T> of_minimum(Interval<T> x, Interval<T> y) {
  return {minimum(x.low, y.low), minimum(x.high, y.high)};
}

template <typename T>
FLEX_DEVICE Interval<T> of_maximum(Interval<T> x, Interval<T> y) {
  return {maximum(x.low, y.low), maximum(x.high, y.high)};
}

template <typename T>
FLEX_DEVICE Interval<T> of_abs(Interval<T> x) {
  if (x.low >= T(0)) return x;
  const Wide low = wide_sub(0, x.low), high{static_cast<i64>(x.high), true};
  if (x.high <= T(0)) return fit<T>(wide_sub(0, x.high), low);
  return fit<T>(Wide{0, true}, greatest(low, high));
}

template <typename T>
FLEX_DEVICE Interval<int> of_sign(Interval<T> x) {
  return {sign(x.low), sign(x.high)};
}

/// The number in another type: anything, where only some of them fit.
template <typename To, typename T>
FLEX_DEVICE Interval<To> convert(Interval<T> x) {
  return fit<To>(static_cast<i64>(x.low), static_cast<i64>(x.high));
}

/// All bits up to the highest of a number that is not negative.
template <typename T>
FLEX_DEVICE T bits_below(T value) {
  FLEX_UNROLL
  for (int shift = 1; shift < static_cast<int>(sizeof(T)) * 8; shift *= 2) value |= shr_unsigned(value, shift);
  return value;
}

/// x & bits. The low bits alone are a modulus, without them it is a number rounded down.
template <typename T>
FLEX_DEVICE Interval<T> and_bits(Interval<T> x, T bits) {
  const T others = ~bits;
  if (bits >= T(0) && (bits & add(bits, T(1))) == T(0)) {
    const bool shares = (x.low & others) == (x.high & others);
    return shares ? Interval<T>{x.low & bits, x.high & bits} : Interval<T>{T(0), bits};
  }
  if ((others & add(others, T(1))) == T(0)) return {x.low & bits, x.high & bits};
  if (bits >= T(0)) return {T(0), x.low >= T(0) ? minimum(x.high, bits) : bits};
  return x.low >= T(0) ? Interval<T>{T(0), x.high} : Interval<T>::all();
}

template <typename T>
FLEX_DEVICE Interval<T> of_and(Interval<T> x, Interval<T> y) {
  if (y.is_exact()) return and_bits(x, y.low);
  if (x.is_exact()) return and_bits(y, x.low);
  if (x.low >= T(0) && y.low >= T(0)) return {T(0), minimum(x.high, y.high)};
  return x.low >= T(0)   ? Interval<T>{T(0), x.high}
         : y.low >= T(0) ? Interval<T>{T(0), y.high}
                         : Interval<T>::all();
}

template <typename T>
FLEX_DEVICE Interval<T> of_or(Interval<T> x, Interval<T> y) {
  if (x.low < T(0) || y.low < T(0)) return Interval<T>::all();
  return {maximum(x.low, y.low), bits_below(maximum(x.high, y.high))};
}

template <typename T>
FLEX_DEVICE Interval<T> of_xor(Interval<T> x, Interval<T> y) {
  if (x.low < T(0) || y.low < T(0)) return Interval<T>::all();
  return {T(0), bits_below(maximum(x.high, y.high))};
}

template <typename T>
FLEX_DEVICE Interval<T> of_not(Interval<T> x) {
  return {static_cast<T>(~x.high), static_cast<T>(~x.low)};
}

/// Shift counts are taken modulo the width.
template <typename T>
FLEX_DEVICE int shift_count(Interval<int> count) {
  return count.low & (sizeof(T) * 8 - 1);
}

template <typename T>
FLEX_DEVICE Interval<T> of_shift_left(Interval<T> x, Interval<int> count) {
  if (!count.is_exact()) return Interval<T>::all();
  return fit<T>(wide_shl(x.low, shift_count<T>(count)), wide_shl(x.high, shift_count<T>(count)));
}

template <typename T>
FLEX_DEVICE Interval<T> of_shift_right(Interval<T> x, Interval<int> count) {
  if (count.is_exact()) return {shr(x.low, count.low), shr(x.high, count.low)};
  // More bits bring a number nearer to 0, or to -1.
  return {minimum(x.low, T(0)), x.high >= T(0) ? x.high : T(0)};
}

template <typename T>
FLEX_DEVICE Interval<T> of_shift_right_unsigned(Interval<T> x, Interval<int> count) {
  return x.low >= T(0) ? of_shift_right(x, count) : Interval<T>::all();
}

}  // namespace flex::intervals
