// All keys of one thread's row of scores at once. What a comparison says of each of them is a bit of a word,
// so that a mask made of comparisons takes a few instructions a row, and for a pair only the choice by its
// bit.
#pragma once

#include "flex/core/integer.cuh"
#include "flex/core/types.cuh"

namespace flex {

/// A bit for each key of a set.
using KeyBits = u32;

/// Keys base + offset, or their distances from an index. A thread holds two keys of every eight, as products
/// leave them.
struct KeySet {
  static constexpr int kBits = 32;
  static constexpr int kWidth = 4 * kBits;  // keys from one set to the next

  int base;

  static FLEX_DEVICE constexpr int offset(int bit) { return bit / 2 * 8 + bit % 2; }

  /// Offsets less than a limit.
  static FLEX_DEVICE KeyBits below(int limit) {
    const int bounded = min(max(limit, 0), kWidth);
    const int count = bounded / 8 * 2 + min(bounded % 8, 2);
    KeyBits rest;
    asm("shl.b32 %0, -1, %1;" : "=r"(rest) : "r"(count));  // none is left of 32 bits, which C++ leaves open
    return ~rest;
  }
};

/// Distances base - offset.
struct FallingKeySet {
  int base;
};

/// Distances without their sign.
struct KeySetMagnitude {
  KeySet distances;
};

// Both sides are indices: no difference overflows.
FLEX_DEVICE KeySet operator-(KeySet keys, int index) { return {keys.base - index}; }
FLEX_DEVICE FallingKeySet operator-(int index, KeySet keys) { return {index - keys.base}; }
FLEX_DEVICE FallingKeySet neg(KeySet keys) { return {-keys.base}; }
FLEX_DEVICE KeySet neg(FallingKeySet keys) { return {-keys.base}; }
FLEX_DEVICE KeySetMagnitude abs(KeySet keys) { return {keys}; }
FLEX_DEVICE KeySetMagnitude abs(FallingKeySet keys) { return {neg(keys)}; }

// As for a single key, where x - base is out of range it lies beyond every offset.
FLEX_DEVICE KeyBits operator<(KeySet keys, int x) { return KeySet::below(sub_saturated(x, keys.base)); }
FLEX_DEVICE KeyBits operator<=(KeySet keys, int x) {
  return KeySet::below(min(sub_saturated(x, keys.base), KeySet::kWidth) + 1);
}
FLEX_DEVICE KeyBits operator==(KeySet keys, int x) { return (keys <= x) & ~(keys < x); }

FLEX_DEVICE KeyBits operator<(KeySetMagnitude m, int x) {
  return (m.distances < x) & ~(m.distances <= sub_saturated(0, x));
}
FLEX_DEVICE KeyBits operator<=(KeySetMagnitude m, int x) {
  return (m.distances <= x) & ~(m.distances < sub_saturated(0, x));
}
FLEX_DEVICE KeyBits operator==(KeySetMagnitude m, int x) { return (m <= x) & ~(m < x); }

// The other three relations are the opposites of these, and each has a mirror image.
#define FLEX_KEY_SET_RELATIONS(type)                                      \
  FLEX_DEVICE KeyBits operator>(type keys, int x) { return ~(keys <= x); }  \
  FLEX_DEVICE KeyBits operator>=(type keys, int x) { return ~(keys < x); }  \
  FLEX_DEVICE KeyBits operator!=(type keys, int x) { return ~(keys == x); } \
  FLEX_KEY_SET_MIRRORS(type)

#define FLEX_KEY_SET_MIRRORS(type)                                        \
  FLEX_DEVICE KeyBits operator<(int x, type keys) { return keys > x; }    \
  FLEX_DEVICE KeyBits operator<=(int x, type keys) { return keys >= x; }  \
  FLEX_DEVICE KeyBits operator>(int x, type keys) { return keys < x; }    \
  FLEX_DEVICE KeyBits operator>=(int x, type keys) { return keys <= x; }  \
  FLEX_DEVICE KeyBits operator==(int x, type keys) { return keys == x; }  \
  FLEX_DEVICE KeyBits operator!=(int x, type keys) { return keys != x; }

FLEX_KEY_SET_RELATIONS(KeySet)
FLEX_KEY_SET_RELATIONS(KeySetMagnitude)

// base - offset < x says the same as offset - base > -x. The lowest x has no negative, but what holds for it
// holds for the next one: an index is less than a length, so that every distance lies above both.
#define FLEX_FALLING_RELATION(relation, mirrored)                     \
  FLEX_DEVICE KeyBits operator relation(FallingKeySet keys, int x) {  \
    return neg(keys) mirrored sub_saturated(0, x);                    \
  }

FLEX_FALLING_RELATION(<, >)
FLEX_FALLING_RELATION(<=, >=)
FLEX_FALLING_RELATION(>, <)
FLEX_FALLING_RELATION(>=, <=)
FLEX_FALLING_RELATION(==, ==)
FLEX_FALLING_RELATION(!=, !=)
FLEX_KEY_SET_MIRRORS(FallingKeySet)

#undef FLEX_KEY_SET_RELATIONS
#undef FLEX_KEY_SET_MIRRORS
#undef FLEX_FALLING_RELATION

/// A condition that is the same for all keys.
FLEX_DEVICE KeyBits for_all_keys(bool condition) { return condition ? ~KeyBits{0} : KeyBits{0}; }

/// One of two conditions, by a third.
FLEX_DEVICE KeyBits choose_keys(KeyBits condition, KeyBits yes, KeyBits no) {
  return (condition & yes) | (~condition & no);
}

}  // namespace flex
