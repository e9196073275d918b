// Quotients and remainders of intervals: the same as Intervals.Division.cs. A zero divisor gives 0, as
// everywhere.
#pragma once

#include "flex/blockmask/wide.cuh"

namespace flex::intervals {

/// For divisors of one sign a quotient is monotone in both operands, so that its extremes are at their ends.
template <typename T, typename Divide>
FLEX_DEVICE Interval<T> quotient(Interval<T> x, Interval<T> y, Divide divide) {
  Wide low{Limits<i64>::kMost, true}, high{Limits<i64>::kLeast, true};
  const auto cover = [&](Wide value) {
    low = least(low, value);
    high = greatest(high, value);
  };
  const auto cover_ends = [&](i64 divisor) {
    cover(divide(static_cast<i64>(x.low), divisor));
    cover(divide(static_cast<i64>(x.high), divisor));
  };
  if (y.low <= T(0) && T(0) <= y.high) cover({0, true});
  if (y.high > T(0)) {
    cover_ends(maximum(static_cast<i64>(y.low), i64(1)));
    cover_ends(static_cast<i64>(y.high));
  }
  if (y.low < T(0)) {
    cover_ends(static_cast<i64>(y.low));
    cover_ends(minimum(static_cast<i64>(y.high), i64(-1)));
  }
  // The least number over -1 gives 0: it does not wrap.
  high.fits = high.fits && high.value <= static_cast<i64>(Limits<T>::kMost);
  return fit<T>(low, high);
}

template <typename T>
FLEX_DEVICE Interval<T> of_divide(Interval<T> x, Interval<T> y) {
  return quotient(x, y, [](i64 a, i64 b) { return wide_div(a, b); });
}

template <typename T>
FLEX_DEVICE Interval<T> of_floor_divide(Interval<T> x, Interval<T> y) {
  return quotient(x, y, [](i64 a, i64 b) { return wide_floor_div(a, b); });
}

template <typename T>
FLEX_DEVICE Interval<T> of_remainder(Interval<T> x, Interval<T> y) {
  const i64 low = x.low, high = x.high, divisor = y.low;
  // Within one quotient the remainder rises with the dividend.
  if (y.is_exact() && divisor != 0 && divisor != -1 && low / divisor == high / divisor) {
    return fit<T>(low % divisor, high % divisor);
  }
  if (divisor == Limits<i64>::kLeast) return Interval<T>::all();
  // It has the dividend's sign, and is less than the divisor and no more than the dividend.
  const i64 most = maximum(maximum(abs(divisor), abs(static_cast<i64>(y.high))) - 1, i64(0));
  return fit<T>(maximum(minimum(low, i64(0)), -most), minimum(maximum(high, i64(0)), most));
}

template <typename T>
FLEX_DEVICE Interval<T> of_floor_modulo(Interval<T> x, Interval<T> y) {
  if (x.low >= T(0) && y.low >= T(0)) return of_remainder(x, y);
  const i64 low = x.low, high = x.high, divisor = y.low;
  if (y.is_exact() && divisor != 0 && divisor != -1 &&
      floor_divide(low, divisor) == floor_divide(high, divisor)) {
    return fit<T>(floor_modulo(low, divisor), floor_modulo(high, divisor));
  }
  // It has the divisor's sign, and is less.
  return fit<T>(minimum(add(divisor, i64(1)), i64(0)), maximum(static_cast<i64>(y.high) - 1, i64(0)));
}

}  // namespace flex::intervals
