// Which pairs of a tile a thread of a tensor-core kernel holds, backward: keys down, queries across.
#pragma once

#include "flex/config.cuh"
#include "flex/core/types.cuh"

namespace flex {

/// Lane 4 g + t of a warp has the keys first + g + 8 r and, of the queries that it goes through at once, 2 t +
/// 8 j + c. It passes them to hooks as Key{first + g, 8 r} and Key{queries + 2 t, 8 j + c}.
struct PairLayout {
  static constexpr bool kIsKnown = FLEX_ELEMENT_SIZE != 4;  // the ordinary cores' kernel has another

  static constexpr int kFirstWarp = FLEX_HOPPER ? 4 : 0;  // of those that hold pairs
  static constexpr int kWarps = config::kWarps - kFirstWarp;
  static constexpr int kKeys = config::kBlockN / (kWarps * 8);  // of a thread
  /// Queries whose pairs are summed up before the sums are written: as many as registers can be spared for.
  static constexpr int kPart = config::kBlockM < 128 / kKeys ? config::kBlockM : 128 / kKeys;
  static constexpr int kQueries = kPart / 4;                    // of a thread, in a part

  static FLEX_DEVICE int warp() { return thread_index() / 32 - kFirstWarp; }
  static FLEX_DEVICE int key_lane() { return thread_index() % 32 / 4; }    // g
  static FLEX_DEVICE int query_lane() { return thread_index() % 4; }       // t

  /// Where the part of a query starts, as an offset.
  static FLEX_DEVICE constexpr int part_of(int offset) { return offset / kPart * kPart; }

  // The numbers that a thread's keys have among its own, and its queries among those of a part, from their
  // offsets.
  static FLEX_DEVICE constexpr int key_of(int offset) { return offset / 8; }
  static FLEX_DEVICE constexpr int query_of(int offset) { return offset / 8 * 2 + offset % 2; }
  static FLEX_DEVICE constexpr int query_offset(int query) { return query / 2 * 8 + query % 2; }
};

}  // namespace flex
