// Keys as kernels hold them: a part that changes from tile to tile and a part known at compile time.
// What a variant makes of the first part is computed once a tile and row, so that for a pair a comparison
// with anything is one instruction against a constant, and a conversion to float one addition. A backward
// kernel, whose threads hold several queries of one key, holds its queries so.
#pragma once

#include "flex/core/integer.cuh"
#include "flex/core/types.cuh"

namespace flex {

/// The index of a key or of a query, or a distance between two indices: base + offset. The offset is a constant
/// once the kernel's loops are unrolled. Neither the sum nor -base nor -offset overflows.
struct Key {
  int base;
  int offset;

  FLEX_DEVICE operator int() const { return base + offset; }
};

/// How far apart two indices are.
struct Magnitude {
  Key distance;

  FLEX_DEVICE operator int() const { return abs(static_cast<int>(distance)); }
};

// Distances. Both sides are indices, and the difference of two integers that are not negative is in
// range: so are base - index, and its sum with the offset, which is key - index.
FLEX_DEVICE Key operator-(Key key, int index) { return {key.base - index, key.offset}; }
FLEX_DEVICE Key operator-(int index, Key key) { return {index - key.base, -key.offset}; }
FLEX_DEVICE Key operator-(Key x, Key y) { return {x.base - y.base, x.offset - y.offset}; }
FLEX_DEVICE Key neg(Key key) { return {-key.base, -key.offset}; }
FLEX_DEVICE Magnitude abs(Key distance) { return {distance}; }

// Relations, exact for every x: base + offset < x says the same as offset < x - base, and where x - base
// is out of range it lies beyond every offset, on the side to which it saturates; and so for two keys.
#define FLEX_KEY_RELATION(relation, mirrored)                                   \
  FLEX_DEVICE bool operator relation(Key key, int x) {                          \
    return key.offset relation sub_saturated(x, key.base);                      \
  }                                                                             \
  FLEX_DEVICE bool operator relation(int x, Key key) { return key mirrored x; } \
  FLEX_DEVICE bool operator relation(Key x, Key y) {                            \
    return x.offset - y.offset relation sub_saturated(y.base, x.base);          \
  }

FLEX_KEY_RELATION(==, ==)
FLEX_KEY_RELATION(!=, !=)
FLEX_KEY_RELATION(<, >)
FLEX_KEY_RELATION(<=, >=)
FLEX_KEY_RELATION(>, <)
FLEX_KEY_RELATION(>=, <=)

#undef FLEX_KEY_RELATION

// |d| < x is -x < d < x, and |d| <= x is -x <= d <= x: neither holds for any d where x is negative, as it
// should be. The lowest x has no negative, but already d <= x holds for no distance.
FLEX_DEVICE bool operator<(Magnitude m, int x) {
  return (m.distance < x) & (m.distance > sub_saturated(0, x));
}
FLEX_DEVICE bool operator<=(Magnitude m, int x) {
  return (m.distance <= x) & (m.distance >= sub_saturated(0, x));
}
FLEX_DEVICE bool operator>(Magnitude m, int x) { return !(m <= x); }
FLEX_DEVICE bool operator>=(Magnitude m, int x) { return !(m < x); }
FLEX_DEVICE bool operator==(Magnitude m, int x) { return static_cast<int>(m) == x; }
FLEX_DEVICE bool operator!=(Magnitude m, int x) { return static_cast<int>(m) != x; }
FLEX_DEVICE bool operator<(int x, Magnitude m) { return m > x; }
FLEX_DEVICE bool operator<=(int x, Magnitude m) { return m >= x; }
FLEX_DEVICE bool operator>(int x, Magnitude m) { return m < x; }
FLEX_DEVICE bool operator>=(int x, Magnitude m) { return m <= x; }
FLEX_DEVICE bool operator==(int x, Magnitude m) { return m == x; }
FLEX_DEVICE bool operator!=(int x, Magnitude m) { return m != x; }

// Floats, where the last places decide nothing. Exact below 2^24; from there on the base rounds before
// the sum does, so that there are two roundings, each of 2^-24 of its own result.
FLEX_DEVICE float to_float(Key key) {
  return static_cast<float>(key.base) + static_cast<float>(key.offset);
}
FLEX_DEVICE float to_float(Magnitude m) { return fabsf(to_float(m.distance)); }

// A coefficient that is the same for all keys, times an integer: whole, or as the part that the keys of a
// tile share and the rest.
FLEX_DEVICE float scaled(float coefficient, int value) { return coefficient * to_float(value); }
FLEX_DEVICE float scaled_base(float, int) { return 0.0f; }
FLEX_DEVICE float scaled_offset(float coefficient, int value) { return scaled(coefficient, value); }

// The base's product rounds to 2^-24 of itself, and the base is no farther from the key than the tile is
// wide: for a key n away from where the product is 0 that is 2^-24 * coefficient * (n + width). A
// coefficient that is not finite, or whose product with the base overflows, gives NaN for some keys.
FLEX_DEVICE float scaled_base(float coefficient, Key key) {
  return coefficient * static_cast<float>(key.base);
}
FLEX_DEVICE float scaled_offset(float coefficient, Key key) {
  return coefficient * static_cast<float>(key.offset);
}
FLEX_DEVICE float scaled(float coefficient, Key key) {
  return fmaf(coefficient, static_cast<float>(key.offset), scaled_base(coefficient, key));
}
FLEX_DEVICE float scaled(float coefficient, Magnitude m) { return coefficient * to_float(m); }

}  // namespace flex
