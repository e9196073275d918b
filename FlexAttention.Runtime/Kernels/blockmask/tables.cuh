// Builds the table of least and greatest elements of one of a mask's look-ups: the leaves in one pass over
// the buffer, a warp for 32 of them, then level by level the nodes above. Large tables have kernels of their
// own; small ones are built by every block of threads that reads them, in shared memory.
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

/// The levels that 32 neighbours have above them alone, up to the node above them all.
constexpr int kClimbedLevels = 5;

/// Writes the nodes that are above 32 neighbours alone, of which each lane gives one. Past the end of the level the last
/// one is given again: that changes no bound.
FLEX_DEVICE void climb(Interval<int>* level, int count, int first, Interval<int> node) {
  const int lane = threadIdx.x % 32;
  FLEX_UNROLL
  for (int i = 1; i <= kClimbedLevels; ++i) {
    if (count == 1) return;
    const int low = __shfl_down_sync(~0u, node.low, 1 << (i - 1));
    const int high = __shfl_down_sync(~0u, node.high, 1 << (i - 1));
    node = node.united({low, high});
    level += count;
    count = (count + 1) / 2;
    const int place = (first + lane) >> i;
    if ((lane & ((1 << i) - 1)) == 0 && place < count) level[place] = node;
  }
}

/// Writes the leaves of a buffer's table, which are fewer than 2^31, whatever its memory, and the levels above them that
/// a warp sees. Warps share them out, 32 neighbours at a time.
struct LeafWriter {
  static constexpr int kAtOnce = 32;

  const BoundsTable& table;
  int warp;
  int warps;

  template <typename T, int kRank>
  FLEX_DEVICE void operator()(const Buffer<T, kRank>& buffer) const {
    const int groups_per_line = ceil_div(table.leaves, kAtOnce);
    const int groups = lines_of(table, buffer) * groups_per_line;
    const int lane = threadIdx.x % 32;
#pragma unroll 1
    for (int group = warp; group < groups; group += warps) {
      const int line = group / groups_per_line;
      const int first = group % groups_per_line * kAtOnce;
      const Interval<int> leaf = read(buffer, line, first);
      Interval<int>* leaves = table.nodes + static_cast<i64>(line) * table.nodes_per_line;
      if (first + lane < table.leaves) leaves[first + lane] = leaf;
      climb(leaves, table.leaves, first, leaf);
    }
  }

 private:
  /// Each lane gives the bounds of one leaf.
  template <typename T, int kRank>
  FLEX_DEVICE Interval<int> read(const Buffer<T, kRank>& buffer, int line, int first) const {
    const int lane = threadIdx.x % 32;
    const T* start = start_of(buffer, line);
    const int extent = pick(buffer.extent, table.dimension);
    const int stride = pick(buffer.stride, table.dimension);
    // All are on their way before the first is needed. Past the end they are the last element.
    int elements[kAtOnce];
    FLEX_UNROLL
    for (int i = 0; i < kAtOnce; ++i) {
      const u32 along = min(static_cast<u32>(first + i) * BoundsTable::kLeafSize + lane, static_cast<u32>(extent - 1));
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

/// Writes the other levels of some lines, a block of threads at work: always from 32 nodes to the one above them.
struct LevelWriter {
  Interval<int>* level;  // of the first line
  int count;             // its nodes in a line
  int nodes_per_line;

  /// Starts at the highest level that leaves are written with.
  FLEX_DEVICE LevelWriter(const BoundsTable& table, int first_line)
      : level(table.nodes + static_cast<i64>(first_line) * table.nodes_per_line),
        count(table.leaves),
        nodes_per_line(table.nodes_per_line) {
    skip_climbed();
  }

  FLEX_DEVICE void write(int lines) {
    const int lane = threadIdx.x % 32;
    while (count > 1) {
      const int groups_per_line = ceil_div(count, 32);
      for (int group = threadIdx.x / 32; group < lines * groups_per_line; group += blockDim.x / 32) {
        Interval<int>* line = level + static_cast<i64>(group / groups_per_line) * nodes_per_line;
        const int first = group % groups_per_line * 32;
        climb(line, count, first, line[min(first + lane, count - 1)]);
      }
      __syncthreads();
      skip_climbed();
    }
  }

 private:
  FLEX_DEVICE void skip_climbed() {
    for (int i = 0; i < kClimbedLevels && count > 1; ++i) {
      level += count;
      count = (count + 1) / 2;
    }
  }
};

/// Builds the table of a buffer alone, a block of threads at work.
struct TableWriter {
  const BoundsTable& table;

  template <typename T, int kRank>
  FLEX_DEVICE void operator()(const Buffer<T, kRank>& buffer) const {
    LeafWriter{table, static_cast<int>(threadIdx.x / 32), static_cast<int>(blockDim.x / 32)}(buffer);
    __syncthreads();
    LevelWriter(table, 0).write(lines_of(table, buffer));
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
    LevelWriter(arguments.tables.slots[arguments.slot], blockIdx.x).write(1);
  }

  /// The tables, of which the small ones are built here and now, one after the other in shared memory.
  static FLEX_DEVICE void share(const BlockMaskArguments& arguments, const Variant& variant, BoundsTables& tables,
                                Interval<int>* memory) {
#pragma unroll 1
    for (int slot = 0; slot < BoundsTables::kMost; ++slot) {
      const int place = arguments.shared_places[slot];
      BoundsTable table = arguments.tables.slots[slot];
      if (place >= 0) table.nodes = memory + place;
      if (threadIdx.x == 0) tables.slots[slot] = table;
      if (place >= 0) variant.with_lookup(slot, TableWriter{table});
    }
    __syncthreads();
  }
};

}  // namespace flex
