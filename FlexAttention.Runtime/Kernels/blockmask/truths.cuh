// Conditions on intervals, and logic on their truths: the same as Intervals.Logic.cs.
#pragma once

#include "flex/blockmask/interval.cuh"

namespace flex::intervals {

FLEX_DEVICE u32 bits(Truth x) { return static_cast<u32>(x); }

FLEX_DEVICE Truth of(bool condition) { return condition ? Truth::kTrue : Truth::kFalse; }

/// What a mask of that truth leaves of a rectangle.
FLEX_DEVICE BlockKind kind_of(Truth kept) {
  return kept == Truth::kTrue    ? BlockKind::kFull
         : kept == Truth::kFalse ? BlockKind::kEmpty
                                 : BlockKind::kPartial;
}

FLEX_DEVICE Truth of_not(Truth x) { return static_cast<Truth>(((bits(x) & 1) << 1) | (bits(x) >> 1)); }

FLEX_DEVICE Truth of_and(Truth x, Truth y) {
  return static_cast<Truth>((bits(x) & bits(y) & 2) | ((bits(x) | bits(y)) & 1));
}

FLEX_DEVICE Truth of_or(Truth x, Truth y) {
  return static_cast<Truth>(((bits(x) | bits(y)) & 2) | (bits(x) & bits(y) & 1));
}

FLEX_DEVICE Truth of_xor(Truth x, Truth y) {
  return x == Truth::kUnknown || y == Truth::kUnknown ? Truth::kUnknown : of(x != y);
}

FLEX_DEVICE Truth of_equal(Truth x, Truth y) { return of_not(of_xor(x, y)); }
FLEX_DEVICE Truth of_not_equal(Truth x, Truth y) { return of_xor(x, y); }

FLEX_DEVICE Truth of_select(Truth condition, Truth yes, Truth no) {
  return condition == Truth::kTrue    ? yes
         : condition == Truth::kFalse ? no
                                      : static_cast<Truth>(bits(yes) | bits(no));
}

template <typename T>
FLEX_DEVICE Interval<T> of_select(Truth condition, Interval<T> yes, Interval<T> no) {
  return condition == Truth::kTrue ? yes : condition == Truth::kFalse ? no : yes.united(no);
}

template <typename T>
FLEX_DEVICE Truth of_less(Interval<T> x, Interval<T> y) {
  return x.high < y.low ? Truth::kTrue : x.low >= y.high ? Truth::kFalse : Truth::kUnknown;
}

template <typename T>
FLEX_DEVICE Truth of_less_or_equal(Interval<T> x, Interval<T> y) {
  return of_not(of_less(y, x));
}

template <typename T>
FLEX_DEVICE Truth of_greater(Interval<T> x, Interval<T> y) {
  return of_less(y, x);
}

template <typename T>
FLEX_DEVICE Truth of_greater_or_equal(Interval<T> x, Interval<T> y) {
  return of_not(of_less(x, y));
}

template <typename T>
FLEX_DEVICE Truth of_equal(Interval<T> x, Interval<T> y) {
  if (x.high < y.low || y.high < x.low) return Truth::kFalse;
  return x.is_exact() && y.is_exact() ? Truth::kTrue : Truth::kUnknown;
}

template <typename T>
FLEX_DEVICE Truth of_not_equal(Interval<T> x, Interval<T> y) {
  return of_not(of_equal(x, y));
}

/// 1 for true and 0 for false.
template <typename T>
FLEX_DEVICE Interval<T> to_integer(Truth condition) {
  return of_select(condition, Interval<T>::exactly(1), Interval<T>::exactly(0));
}

}  // namespace flex::intervals
