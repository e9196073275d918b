// The operations of the variant language on integers, as C# means them: wrapping arithmetic,
// truncating division, shift counts modulo the width; and the conversions between numbers.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

template <typename T>
struct Unsigned {
  using Type = T;
};

template <>
struct Unsigned<int> {
  using Type = u32;
};

template <>
struct Unsigned<i64> {
  using Type = u64;
};

template <typename T>
using UnsignedOf = typename Unsigned<T>::Type;

template <typename T>
FLEX_DEVICE T add(T x, T y) {
  return static_cast<T>(static_cast<UnsignedOf<T>>(x) + static_cast<UnsignedOf<T>>(y));
}

template <typename T>
FLEX_DEVICE T sub(T x, T y) {
  return static_cast<T>(static_cast<UnsignedOf<T>>(x) - static_cast<UnsignedOf<T>>(y));
}

/// x - y, or the end of the range that it lies beyond.
FLEX_DEVICE int sub_saturated(int x, int y) {
  const int difference = sub(x, y);
  // It overflows where the signs differ and the result has not the sign of x. Not sub.sat: the compiler
  // would do that again for every use.
  const bool overflows = ((x ^ y) & (x ^ difference)) < 0;
  return overflows ? (x < 0 ? -2147483647 - 1 : 2147483647) : difference;
}

template <typename T>
FLEX_DEVICE T mul(T x, T y) {
  return static_cast<T>(static_cast<UnsignedOf<T>>(x) * static_cast<UnsignedOf<T>>(y));
}

template <typename T>
FLEX_DEVICE T neg(T x) {
  return static_cast<T>(UnsignedOf<T>(0) - static_cast<UnsignedOf<T>>(x));
}

/// Whether C# would throw on x / y: the quotient and the remainder are then 0.
template <typename T>
FLEX_DEVICE bool is_undefined_division(T x, T y) {
  constexpr bool is_signed = T(-1) < T(0);
  constexpr T lowest = static_cast<T>(UnsignedOf<T>(1) << (sizeof(T) * 8 - 1));
  return y == T(0) || (is_signed && y == static_cast<T>(-1) && x == lowest);
}

template <typename T>
FLEX_DEVICE T div(T x, T y) {
  return is_undefined_division(x, y) ? T(0) : x / y;
}

template <typename T>
FLEX_DEVICE T rem(T x, T y) {
  return is_undefined_division(x, y) ? T(0) : x % y;
}

template <typename T>
FLEX_DEVICE T floor_divide(T x, T y) {
  const T quotient = div(x, y);
  return rem(x, y) != 0 && ((x < 0) != (y < 0)) ? quotient - 1 : quotient;
}

template <typename T>
FLEX_DEVICE T floor_modulo(T x, T y) {
  const T remainder = rem(x, y);
  return remainder != 0 && ((remainder < 0) != (y < 0)) ? remainder + y : remainder;
}

template <typename T>
FLEX_DEVICE T shl(T x, int count) {
  return static_cast<T>(static_cast<UnsignedOf<T>>(x) << (count & (sizeof(T) * 8 - 1)));
}

template <typename T>
FLEX_DEVICE T shr(T x, int count) {
  return x >> (count & (sizeof(T) * 8 - 1));
}

template <typename T>
FLEX_DEVICE T shr_unsigned(T x, int count) {
  return static_cast<T>(static_cast<UnsignedOf<T>>(x) >> (count & (sizeof(T) * 8 - 1)));
}

template <typename T>
FLEX_DEVICE T minimum(T x, T y) {
  return y < x ? y : x;
}

template <typename T>
FLEX_DEVICE T maximum(T x, T y) {
  return x < y ? y : x;
}

FLEX_DEVICE int abs(int x) { return x < 0 ? neg(x) : x; }
FLEX_DEVICE i64 abs(i64 x) { return x < 0 ? neg(x) : x; }

template <typename T>
FLEX_DEVICE int sign(T x) {
  return (T(0) < x) - (x < T(0));
}

// Conversions from floats truncate and saturate, NaN gives 0; between integers they wrap.
FLEX_DEVICE int to_int(float x) { return x == x ? __float2int_rz(x) : 0; }
FLEX_DEVICE int to_int(double x) { return x == x ? __double2int_rz(x) : 0; }
FLEX_DEVICE u32 to_uint(float x) { return x == x ? __float2uint_rz(x) : 0; }
FLEX_DEVICE u32 to_uint(double x) { return x == x ? __double2uint_rz(x) : 0; }
FLEX_DEVICE i64 to_long(float x) { return x == x ? __float2ll_rz(x) : 0; }
FLEX_DEVICE i64 to_long(double x) { return x == x ? __double2ll_rz(x) : 0; }
FLEX_DEVICE u64 to_ulong(float x) { return x == x ? __float2ull_rz(x) : 0; }
FLEX_DEVICE u64 to_ulong(double x) { return x == x ? __double2ull_rz(x) : 0; }

template <typename T>
FLEX_DEVICE int to_int(T x) {
  return static_cast<int>(x);
}

template <typename T>
FLEX_DEVICE u32 to_uint(T x) {
  return static_cast<u32>(x);
}

template <typename T>
FLEX_DEVICE i64 to_long(T x) {
  return static_cast<i64>(x);
}

template <typename T>
FLEX_DEVICE u64 to_ulong(T x) {
  return static_cast<u64>(x);
}

template <typename T>
FLEX_DEVICE double to_double(T x) {
  return static_cast<double>(x);
}

}  // namespace flex
