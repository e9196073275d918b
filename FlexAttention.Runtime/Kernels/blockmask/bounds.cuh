// Bounds of elements of captured buffers of which the indices are intervals: the same as CaptureIntervals
// and BoundsTable in C#.
#pragma once

#include "flex/blockmask/truths.cuh"
#include "flex/core/buffer.cuh"

namespace flex {

/// The least and the greatest of every 32 neighbours along a dimension, of every two of these, and so on.
/// Lines of nodes, one for each place in the other dimensions.
struct BoundsTable {
  static constexpr int kLeafSize = 32;
  static constexpr int kMostLookedAt = 2 * kLeafSize;

  Interval<int>* nodes;
  int dimension;
  int leaves;
  int nodes_per_line;

  /// The bounds of all elements below the leaves first .. end - 1, at least one.
  FLEX_DEVICE Interval<int> of_leaves(i64 line, int first, int end) const {
    const Interval<int>* level = nodes + line * nodes_per_line;
    Interval<int> bounds = level[first];
    for (int count = leaves; first < end; count = (count + 1) / 2) {
      if (first % 2 != 0) bounds = bounds.united(level[first++]);
      if (end % 2 != 0) bounds = bounds.united(level[--end]);
      first /= 2;
      end /= 2;
      level += count;
    }
    return bounds;
  }
};

struct BoundsTables {
  static constexpr int kMost = 4;

  BoundsTable slots[kMost];
};

/// The part of a buffer between intervals of its indices.
template <typename T, int kRank>
struct ElementBox {
  const Buffer<T, kRank>& buffer;
  int first[kRank];
  int length[kRank];
  i64 count = 1;
  bool leaves_buffer = false;  // where a read gives zero

  FLEX_DEVICE ElementBox(const Buffer<T, kRank>& buffer, const Interval<int> (&indices)[kRank])
      : buffer(buffer) {
    FLEX_UNROLL
    for (int d = 0; d < kRank; ++d) {
      const int low = maximum(indices[d].low, 0);
      const int high = minimum(indices[d].high, buffer.extent[d] - 1);
      leaves_buffer |= low != indices[d].low || high != indices[d].high;
      first[d] = low;
      length[d] = maximum(high - low + 1, 0);
      count *= length[d];
    }
  }

  /// One of the elements, counted in any order.
  FLEX_DEVICE int element(int i) const {
    const T* address = buffer.data;
    if constexpr (kRank == 1) return read(address + static_cast<i64>(first[0] + i) * buffer.stride[0]);
    FLEX_UNROLL
    for (int d = kRank - 1; d >= 0; --d) {
      address += static_cast<i64>(first[d] + i % length[d]) * buffer.stride[d];
      i /= length[d];
    }
    return read(address);
  }

  FLEX_DEVICE Interval<int> look(Interval<int> bounds, int start, int end) const {
#pragma unroll 1
    for (int i = start; i < end; ++i) bounds = bounds.united(Interval<int>::exactly(element(i)));
    return bounds;
  }

  /// The line of a table along a dimension.
  FLEX_DEVICE i64 line(int dimension) const {
    i64 line = 0;
    FLEX_UNROLL
    for (int d = 0; d < kRank; ++d) line = d == dimension ? line : line * buffer.extent[d] + first[d];
    return line;
  }

 private:
  static FLEX_DEVICE int read(const T* address) { return static_cast<int>(ElementValue<T>::read(address)); }
};

namespace intervals {

/// The least and the greatest of some elements, bools as 0 and 1. All of them are in one line, or few.
template <typename T, int kRank>
FLEX_DEVICE Interval<int> bounds_of(const Buffer<T, kRank>& buffer, const BoundsTable* table,
                                    const Interval<int> (&indices)[kRank]) {
  const ElementBox<T, kRank> box(buffer, indices);
  constexpr Interval<int> kNone{2147483647, -2147483647 - 1};
  // Out of range a read gives zero.
  const Interval<int> outside = box.leaves_buffer ? Interval<int>::exactly(0) : kNone;
  const int count = static_cast<int>(minimum(box.count, i64(2147483647)));
  if (count <= BoundsTable::kMostLookedAt) return box.look(outside, 0, count);
  if (table == nullptr || table->nodes == nullptr) return Interval<int>::all();
  constexpr int kLeaf = BoundsTable::kLeafSize;
  const int first = pick(box.first, table->dimension);
  const int first_leaf = (first + kLeaf - 1) / kLeaf;
  const int end_leaf = (first + count) / kLeaf;
  Interval<int> bounds = outside.united(table->of_leaves(box.line(table->dimension), first_leaf, end_leaf));
  bounds = box.look(bounds, 0, first_leaf * kLeaf - first);
  return box.look(bounds, end_leaf * kLeaf - first, count);
}

/// What is known of elements of an int buffer.
template <int kRank, typename... Indices>
FLEX_DEVICE Interval<int> of_elements(const Buffer<int, kRank>& buffer, const BoundsTable* table,
                                      Indices... indices) {
  return bounds_of(buffer, table, {indices...});
}

/// What is known of elements of a bool buffer.
template <int kRank, typename... Indices>
FLEX_DEVICE Truth of_elements(const Buffer<bool, kRank>& buffer, const BoundsTable* table,
                              Indices... indices) {
  return of_not_equal(bounds_of(buffer, table, {indices...}), Interval<int>::exactly(0));
}

}  // namespace intervals
}  // namespace flex
