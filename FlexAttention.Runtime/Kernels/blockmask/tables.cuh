// Builds the table of least and greatest elements of one of a mask's look-ups: the leaves in one pass over
// the buffer, a warp a leaf, then level by level the nodes above.
#pragma once

#include "flex/blockmask/arguments.cuh"

namespace flex {

/// Writes a leaf of a buffer, whatever its elements and its rank are.
struct LeafWriter {
  const BoundsTable& table;

  template <typename T, int kRank>
  FLEX_DEVICE void operator()(const Buffer<T, kRank>& buffer) const {
    const i64 leaf = (static_cast<i64>(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const i64 line = leaf / table.leaves;
    if (line < lines(buffer)) write(buffer, line, static_cast<int>(leaf % table.leaves));
  }

 private:
  template <typename T, int kRank>
  FLEX_DEVICE i64 lines(const Buffer<T, kRank>& buffer) const {
    i64 lines = 1;
    FLEX_UNROLL
    for (int d = 0; d < kRank; ++d) lines *= d == table.dimension ? 1 : buffer.extent[d];
    return lines;
  }

  template <typename T, int kRank>
  FLEX_DEVICE void write(const Buffer<T, kRank>& buffer, i64 line, int leaf) const {
    const int lane = threadIdx.x % 32;
    const T* address = buffer.data;
    i64 rest = line;
    FLEX_UNROLL
    for (int d = kRank - 1; d >= 0; --d) {
      const int extent = buffer.extent[d];
      const bool along = d == table.dimension;
      // Lanes past the end repeat the last element: that changes no bound.
      const int place = along ? min(leaf * BoundsTable::kLeafSize + lane, extent - 1) : static_cast<int>(rest % extent);
      if (!along) rest /= extent;
      address += static_cast<i64>(place) * buffer.stride[d];
    }
    const int element = static_cast<int>(ElementValue<T>::read(address));
    const int low = __reduce_min_sync(~0u, element);
    const int high = __reduce_max_sync(~0u, element);
    if (lane == 0) table.nodes[line * table.nodes_per_line + leaf] = {low, high};
  }
};

template <typename Variant>
struct BoundsTableBuilder {
  using Arguments = BlockMaskArguments;

  static constexpr int kThreads = 1024;
  static constexpr int kMinBlocks = 1;

  /// Warps share out the leaves of all lines.
  static FLEX_DEVICE void leaves(const BlockMaskArguments& arguments, const Variant& variant) {
    variant.with_lookup(arguments.slot, LeafWriter{arguments.tables.slots[arguments.slot]});
  }

  /// A block a line.
  static FLEX_DEVICE void levels(const BlockMaskArguments& arguments, const Variant&) {
    const BoundsTable& table = arguments.tables.slots[arguments.slot];
    Interval<int>* level = table.nodes + static_cast<i64>(blockIdx.x) * table.nodes_per_line;
    for (int lower = table.leaves; lower > 1;) {
      const int count = (lower + 1) / 2;
      Interval<int>* next = level + lower;
      for (int node = threadIdx.x; node < count; node += kThreads) {
        next[node] = level[2 * node].united(level[min(2 * node + 1, lower - 1)]);
      }
      __syncthreads();
      level = next;
      lower = count;
    }
  }
};

}  // namespace flex
