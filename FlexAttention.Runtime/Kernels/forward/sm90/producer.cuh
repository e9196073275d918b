// The producer: one thread that walks the work and the block lists and starts the copies.
#pragma once

#include "flex/arch/tma.cuh"
#include "flex/forward/sm90/pipeline.cuh"
#include "flex/forward/sm90/work.cuh"

namespace flex::sm90 {

template <typename Tiles>
struct Producer {
  const ForwardSm90Arguments& arguments;
  Pipeline& pipeline;
  const u32 shared;
  u32 count = 0;  // of tiles of keys so far

  FLEX_DEVICE void run() {
    tma_prefetch(arguments.q);
    tma_prefetch(arguments.k);
    tma_prefetch(arguments.v);
    u32 parity = 1;
    for (WorkList list(arguments); !list.done(); list.advance()) {
      const Work work = Work::of(arguments, list.index);
      Tiles tiles(arguments.problem, work);
      const KeyTile first = tiles.next();
      barrier_wait(pipeline.q_empty, parity);
      parity ^= 1;
      pipeline.assignment = {work, first.valid, false};
      if (first.valid) {
        load(work, tiles, first);
      } else {
        barrier_arrive(pipeline.q_full);
      }
    }
    if constexpr (config::kPersistent) {
      barrier_wait(pipeline.q_empty, parity);
      pipeline.assignment.none = true;
      barrier_arrive(pipeline.q_full);
    }
  }

 private:
  /// One tile of queries with its keys and values. A tile's values come after the next tile's keys: the
  /// consumers need them one step later.
  FLEX_DEVICE void load(const Work& work, Tiles& tiles, KeyTile tile) {
    const ForwardArguments& problem = arguments.problem;
    const int kv_head = work.head.h / (problem.q_heads / problem.kv_heads);
    load_q(work);
    KeyTile next = tiles.next();
    load_k({tile.start, tile.masked, !next.valid, next.masked}, kv_head, work.head.b);
    while (next.valid) {
      const int values = tile.start;
      tile = next;
      next = tiles.next();
      load_k({tile.start, tile.masked, !next.valid, next.masked}, kv_head, work.head.b);
      load_v(count - 2, values, kv_head, work.head.b);
    }
    load_v(count - 1, tile.start, kv_head, work.head.b);
  }

  FLEX_DEVICE void load_q(const Work& work) {
    barrier_arrive_expecting(pipeline.q_full, kQBytes);
    FLEX_UNROLL
    for (int g = 0; g < kHeadGroups; ++g) {
      tma_load(shared + kQPlace + g * kQGroupBytes, arguments.q, g * kGroupColumns, work.start, work.head.h,
               work.head.b, pipeline.q_full);
    }
  }

  FLEX_DEVICE void load_k(const Announcement& tile, int head, int batch) {
    const RingPlace<kStages> place(count);
    barrier_wait(pipeline.k_empty[place.stage], place.parity ^ 1);
    pipeline.tiles[place.stage] = tile;
    barrier_arrive_expecting(pipeline.k_full[place.stage], kKBytes);
    FLEX_UNROLL
    for (int g = 0; g < kHeadGroups; ++g) {
      tma_load(shared + kKPlace + place.stage * kKBytes + g * kKvGroupBytes, arguments.k, g * kGroupColumns,
               tile.start, head, batch, pipeline.k_full[place.stage]);
    }
    ++count;
  }

  FLEX_DEVICE void load_v(u32 number, int start, int head, int batch) {
    const RingPlace<kStages> place(number);
    barrier_wait(pipeline.v_empty[place.stage], place.parity ^ 1);
    barrier_arrive_expecting(pipeline.v_full[place.stage], kVBytes);
    FLEX_UNROLL
    for (int g = 0; g < kValueGroups; ++g) {
      tma_load(shared + kVPlace + place.stage * kVBytes + g * kKvGroupBytes, arguments.v, g * kGroupColumns,
               start, head, batch, pipeline.v_full[place.stage]);
    }
  }
};

}  // namespace flex::sm90
