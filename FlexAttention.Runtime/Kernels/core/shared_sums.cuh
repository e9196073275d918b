// Sums over the pairs of a warp that have the head, the key or the query in common.
#pragma once

#include "flex/core/key.cuh"
#include "flex/core/pair_layout.cuh"

namespace flex::learned {

FLEX_DEVICE float warp_sum(float value) {
  FLEX_UNROLL
  for (int lanes = 16; lanes > 0; lanes /= 2) value += __shfl_xor_sync(0xffffffff, value, lanes);
  return value;
}

/// Over all pairs of a head.
template <int kSums>
struct HeadSums {
  float slots[kSums] = {};

  /// Gives the sums to `write(totals)` of one lane, and starts anew.
  template <typename Write>
  FLEX_DEVICE void flush(Write write) {
    FLEX_UNROLL
    for (int i = 0; i < kSums; ++i) slots[i] = warp_sum(slots[i]);
    if (thread_index() % 32 == 0) write(slots);
    FLEX_UNROLL
    for (int i = 0; i < kSums; ++i) slots[i] = 0.0f;
  }
};

template <>
struct HeadSums<0> {
  template <typename Write>
  FLEX_DEVICE void flush(Write) {}
};

/// Of each of a thread's keys, over all queries of a head.
template <int kSums>
struct KeySums {
  float slots[kSums][PairLayout::kKeys] = {};
  int base = 0;  // this thread's first key

  template <int kSum>
  FLEX_DEVICE void add(float value, Key kv) {
    slots[kSum][PairLayout::key_of(kv.offset)] += value;
    base = kv.base;
  }

  /// Gives the sum of each key to `write(kv, totals)`, and starts anew.
  template <typename Write>
  FLEX_DEVICE void flush(Write write) {
    FLEX_UNROLL
    for (int key = 0; key < PairLayout::kKeys; ++key) {
      float totals[kSums];
      FLEX_UNROLL
      for (int i = 0; i < kSums; ++i) {
        float sum = slots[i][key];
        slots[i][key] = 0.0f;
        sum += __shfl_xor_sync(0xffffffff, sum, 1);
        totals[i] = sum + __shfl_xor_sync(0xffffffff, sum, 2);
      }
      if (PairLayout::query_lane() == 0) write(base + 8 * key, totals);
    }
  }
};

template <>
struct KeySums<0> {
  template <typename Write>
  FLEX_DEVICE void flush(Write) {}
};

/// Of each of a thread's queries in a part of a tile, over its keys.
template <int kSums>
struct QuerySums {
  float slots[kSums][PairLayout::kQueries] = {};
  int base = 0;  // this thread's first query of the part

  template <int kSum>
  FLEX_DEVICE void add(float value, Key q) {
    const int part = PairLayout::part_of(q.offset);
    slots[kSum][PairLayout::query_of(q.offset - part)] += value;
    base = q.base + part;
  }

  /// Gives the sum of each query to `write(q, totals)`, and starts anew.
  template <typename Write>
  FLEX_DEVICE void flush(Write write) {
    FLEX_UNROLL
    for (int query = 0; query < PairLayout::kQueries; ++query) {
      float totals[kSums];
      FLEX_UNROLL
      for (int i = 0; i < kSums; ++i) {
        float sum = slots[i][query];
        slots[i][query] = 0.0f;
        FLEX_UNROLL
        for (int lanes = 4; lanes < 32; lanes *= 2) sum += __shfl_xor_sync(0xffffffff, sum, lanes);
        totals[i] = sum;
      }
      // All lanes of a query have its sums: each writes those of some queries.
      if (PairLayout::key_lane() == query % 8) write(base + PairLayout::query_offset(query), totals);
    }
  }
};

template <>
struct QuerySums<0> {
  template <typename Write>
  FLEX_DEVICE void flush(Write) {}
};

}  // namespace flex::learned
