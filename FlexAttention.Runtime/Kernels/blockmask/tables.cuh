// Builds the table of least and greatest elements of one of a mask's look-ups: the leaves in one pass over
// the buffer, a warp a leaf, then level by level the nodes above. Large tables have kernels of their own; small
// ones are built by every block of threads that reads them, in shared memory.
#pragma once

#include "flex/blockmask/arguments.cuh"

namespace flex {

/// The lines of the table of a buffer, whatever its elements and its rank are.
template <typename T, int kRank>
FLEX_DEVICE int lines_of(const BoundsTable& table, const Buffer<T, kRank>& buffer) {
  int lines = 1;
  FLEX_UNROLL
  for (int d = 0; d < kRank; ++d) lines *= d == table.dimension ? 1 : buffer.extent[d];
  return lines;
}

/// Writes the leaves of a buffer's table, which are fewer than 2^31, whatever its memory. Warps share them out, some
/// neighbours at a time.
struct LeafWriter {
  const BoundsTable& table;
  int warp;
  int warps;

  template <typename T, int kRank>
  FLEX_DEVICE void operator()(const Buffer<T, kRank>& buffer) const {
    const int groups_per_line = ceil_div(table.leaves, kAtOnce);
    const int groups = lines_of(table, buffer) * groups_per_line;
#pragma unroll 1
    for (int group = warp; group < groups; group += warps) {
      const int line = group / groups_per_line;
      write(buffer, line, group % groups_per_line * kAtOnce);
    }
  }

 private:
  /// So many are read before the first is written: each read takes long.
  static constexpr int kAtOnce = 8;

  template <typename T, int kRank>
  FLEX_DEVICE void write(const Buffer<T, kRank>& buffer, int line, int first) const {
    const T* start = start_of(buffer, line);
    const int extent = pick(buffer.extent, table.dimension);
    const int stride = pick(buffer.stride, table.dimension);
    const int place = first * BoundsTable::kLeafSize + threadIdx.x % 32;
    int elements[kAtOnce];
    FLEX_UNROLL
    for (int i = 0; i < kAtOnce; ++i) {
      // Lanes past the end repeat the last element: that changes no bound.
      const int along = min(place + i * BoundsTable::kLeafSize, extent - 1);
      elements[i] = static_cast<int>(ElementValue<T>::read(start + static_cast<i64>(along) * stride));
    }
    Interval<int>* leaves = table.nodes + static_cast<i64>(line) * table.nodes_per_line + first;
    FLEX_UNROLL
    for (int i = 0; i < kAtOnce; ++i) {
      const int low = __reduce_min_sync(~0u, elements[i]);
      const int high = __reduce_max_sync(~0u, elements[i]);
      if (threadIdx.x % 32 == 0 && first + i < table.leaves) leaves[i] = {low, high};
    }
  }

  /// The first element of a line.
  template <typename T, int kRank>
  FLEX_DEVICE const T* start_of(const Buffer<T, kRank>& buffer, int line) const {
    const T* start = buffer.data;
    if constexpr (kRank > 1) {
      FLEX_UNROLL
      for (int d = kRank - 1; d >= 0; --d) {
        if (d == table.dimension) continue;
        start += static_cast<i64>(line % buffer.extent[d]) * buffer.stride[d];
        line /= buffer.extent[d];
      }
    }
    return start;
  }
};

/// Writes the nodes above the leaves of some lines: a block of threads, level by level.
FLEX_DEVICE void write_levels(const BoundsTable& table, int first_line, int lines) {
  Interval<int>* level = table.nodes + static_cast<i64>(first_line) * table.nodes_per_line;
  for (int lower = table.leaves; lower > 1;) {
    const int count = (lower + 1) / 2;
    for (int i = threadIdx.x; i < lines * count; i += blockDim.x) {
      const int node = i % count;
      Interval<int>* line = level + static_cast<i64>(i / count) * table.nodes_per_line;
      line[lower + node] = line[2 * node].united(line[min(2 * node + 1, lower - 1)]);
    }
    __syncthreads();
    level += lower;
    lower = count;
  }
}

/// Builds the table of a buffer alone, a block of threads at work.
struct TableWriter {
  const BoundsTable& table;

  template <typename T, int kRank>
  FLEX_DEVICE void operator()(const Buffer<T, kRank>& buffer) const {
    LeafWriter{table, static_cast<int>(threadIdx.x / 32), static_cast<int>(blockDim.x / 32)}(buffer);
    __syncthreads();
    write_levels(table, 0, lines_of(table, buffer));
  }
};

template <typename Variant>
struct BoundsTableBuilder {
  using Arguments = BlockMaskArguments;

  static constexpr int kThreads = 1024;
  static constexpr int kMinBlocks = 1;

  static FLEX_DEVICE void leaves(const BlockMaskArguments& arguments, const Variant& variant) {
    const int warps = kThreads / 32;
    const int warp = static_cast<int>(blockIdx.x * warps + threadIdx.x / 32);
    const LeafWriter writer{arguments.tables.slots[arguments.slot], warp, static_cast<int>(gridDim.x) * warps};
    variant.with_lookup(arguments.slot, writer);
  }

  /// A block a line.
  static FLEX_DEVICE void levels(const BlockMaskArguments& arguments, const Variant&) {
    write_levels(arguments.tables.slots[arguments.slot], blockIdx.x, 1);
  }

  /// The tables, of which the small ones are built here and now, one after the other in shared memory.
  static FLEX_DEVICE void share(const BlockMaskArguments& arguments, const Variant& variant, BoundsTables& tables,
                                Interval<int>* memory) {
    const int* places = arguments.shared_places;
    if (threadIdx.x < BoundsTables::kMost) {
      BoundsTable& table = tables.slots[threadIdx.x];
      table = arguments.tables.slots[threadIdx.x];
      if (places[threadIdx.x] >= 0) table.nodes = memory + places[threadIdx.x];
    }
    __syncthreads();
    for (int slot = 0; slot < BoundsTables::kMost; ++slot) {
      if (places[slot] >= 0) variant.with_lookup(slot, TableWriter{tables.slots[slot]});
    }
    __syncthreads();
  }
};

}  // namespace flex
