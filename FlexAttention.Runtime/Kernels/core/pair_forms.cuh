// Queries and keys in all the forms that kernels hold them in, for tests of what variants make of them.
#pragma once

#include "flex/core/key.cuh"

namespace flex {

/// An index in two parts, which depend on the number of the test.
FLEX_DEVICE Key split(int index, int number) {
  constexpr int kLongestOffset = 256;
  const int offset = min(index, number % kLongestOffset);
  return {index - offset, offset};
}

/// Calls visit(q, kv) with the key in two parts, as forward kernels have it, with the query, or with both.
template <typename Visit>
FLEX_DEVICE void visit_form(int q, int kv, int number, Visit visit) {
  if (number % 3 == 0) {
    visit(q, split(kv, number));
  } else if (number % 3 == 1) {
    visit(split(q, number), kv);
  } else {
    visit(split(q, number), split(kv, number / 3));
  }
}

}  // namespace flex
