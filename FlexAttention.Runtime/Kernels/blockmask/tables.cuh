// Builds the table of least and greatest elements of one of a mask's look-ups: the leaves in one pass over
// the buffer, a warp for 32 of them, then level by level the nodes above. Large tables have kernels of their own; small
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

/// Writes the leaves of a buffer's table, which are fewer than 2^31, whatever its memory, and the levels above them that
/// a warp sees. Warps share them out, 32 neighbours at a time.
struct LeafWriter {
  static constexpr int kAtOnce = 32;
  static constexpr int kLevels = 6;  // of so many leaves, themselves included

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
      const int first = group % groups_per_line * kAtOnce;
      write(table.nodes + static_cast<i64>(line) * table.nodes_per_line, first, read(buffer, line, first));
    }
  }

 private:
  /// Each lane gives the bounds of one leaf. Past the end they are those of the last element.
  template <typename T, int kRank>
  FLEX_DEVICE Interval<int> read(const Buffer<T, kRank>& buffer, int line, int first) const {
    const int lane = threadIdx.x % 32;
    const T* start = start_of(buffer, line);
    const int extent = pick(buffer.extent, table.dimension);
    const int stride = pick(buffer.stride, table.dimension);
    // All are on their way before the first is needed.
    int elements[kAtOnce];
    FLEX_UNROLL
    for (int i = 0; i < kAtOnce; ++i) {
      const int along = min((first + i) * BoundsTable::kLeafSize + lane, extent - 1);
      elements[i] = static_cast<int>(ElementValue<T>::read(start + static_cast<i64>(along) * stride));
    }
    Interval<int> leaf{};
    FLEX_UNROLL
    for (int i = 0; i < kAtOnce; ++i) {
      const int low = __reduce_min_sync(~0u, elements[i]);
      const int high = __reduce_max_sync(~0u, elements[i]);
      leaf = lane == i ? Interval<int>{low, high} : leaf;
    }
    return leaf;
  }

  /// Writes the leaves from `first` on, of which each lane gives one, and the nodes that are above them alone.
  FLEX_DEVICE void write(Interval<int>* level, int first, Interval<int> node) const {
    const int lane = threadIdx.x % 32;
    int count = table.leaves;
    if (first + lane < count) level[first + lane] = node;
    for (int below = 2; below <= kAtOnce && count > 1; below *= 2) {
      const int low = __shfl_down_sync(~0u, node.low, below / 2);
      const int high = __shfl_down_sync(~0u, node.high, below / 2);
      node = node.united({low, high});
      level += count;
      count = (count + 1) / 2;
      const int place = (first + lane) / below;
      if (lane % below == 0 && place < count) level[place] = node;
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

/// Writes the other levels of some lines: a block of threads, level by level.
FLEX_DEVICE void write_levels(const BoundsTable& table, int first_line, int lines) {
  Interval<int>* level = table.nodes + static_cast<i64>(first_line) * table.nodes_per_line;
  int lower = table.leaves;
  for (int i = 1; i < LeafWriter::kLevels && lower > 1; ++i) {
    level += lower;
    lower = (lower + 1) / 2;
  }
  while (lower > 1) {
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

  static constexpr int kThreads = 512;
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
