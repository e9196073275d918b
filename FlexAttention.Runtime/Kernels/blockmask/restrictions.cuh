// What is left of an interval on the pairs where a comparison holds: the same as Intervals.Restriction.cs.
// Where it holds nowhere, the interval stays as it is: the comparison itself says so.
#pragma once

#include "flex/blockmask/wide.cuh"

namespace flex::intervals {

template <typename T>
FLEX_DEVICE Interval<T> between(Interval<T> x, T low, T high) {
  const Interval<T> rest{maximum(x.low, low), minimum(x.high, high)};
  return rest.low <= rest.high ? rest : x;
}

template <typename T>
FLEX_DEVICE Interval<T> where_less(Interval<T> x, Interval<T> y) {
  return between(x, x.low, y.high > Limits<T>::kLeast ? static_cast<T>(y.high - 1) : y.high);
}

template <typename T>
FLEX_DEVICE Interval<T> where_less_or_equal(Interval<T> x, Interval<T> y) {
  return between(x, x.low, y.high);
}

template <typename T>
FLEX_DEVICE Interval<T> where_greater(Interval<T> x, Interval<T> y) {
  return between(x, y.low < Limits<T>::kMost ? static_cast<T>(y.low + 1) : y.low, x.high);
}

template <typename T>
FLEX_DEVICE Interval<T> where_greater_or_equal(Interval<T> x, Interval<T> y) {
  return between(x, y.low, x.high);
}

template <typename T>
FLEX_DEVICE Interval<T> where_not_equal(Interval<T> x, Interval<T> y) {
  if (x.is_exact() || !y.is_exact()) return x;
  return {x.low == y.low ? static_cast<T>(x.low + 1) : x.low,
          x.high == y.low ? static_cast<T>(x.high - 1) : x.high};
}

template <typename T>
FLEX_DEVICE Interval<T> quotient_at_most(Interval<T> x, Interval<T> divisor, Wide most) {
  if (!divisor.is_exact() || divisor.low <= T(0) || !most.fits || most.value < 0) return x;
  const Wide product = wide_mul(most.value + 1, divisor.low);
  if (!product.fits || product.value - 1 >= static_cast<i64>(x.high)) return x;
  return between(x, x.low, static_cast<T>(product.value - 1));
}

template <typename T>
FLEX_DEVICE Interval<T> where_quotient_less(Interval<T> x, Interval<T> divisor, Interval<T> y) {
  return quotient_at_most(x, divisor, wide_sub(y.high, 1));
}

template <typename T>
FLEX_DEVICE Interval<T> where_quotient_less_or_equal(Interval<T> x, Interval<T> divisor, Interval<T> y) {
  return quotient_at_most(x, divisor, Wide{static_cast<i64>(y.high), is_short(y.high)});
}

}  // namespace flex::intervals
