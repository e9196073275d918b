// The producer: one thread that walks the block lists and starts the copies.
#pragma once

#include "flex/arch/tma.cuh"
#include "flex/forward/sm90/pipeline.cuh"

namespace flex::sm90 {

template <typename Tiles>
struct Producer {
  const ForwardSm90Arguments& arguments;
  Pipeline& pipeline;
  const u32 shared;
  u32 turn = 0;     // tiles of queries so far
  u32 keys = 0;     // tiles of keys
  u32 values = 0;   // tiles of values: one less while one is pending
  int pending = 0;  // its first key
  u32 of_turn = 0;  // its tile of queries

  /// Values come one tile later than their keys, since the consumers need them one step later.
  FLEX_DEVICE void run() {
    tma_prefetch(arguments.q);
    tma_prefetch(arguments.k);
    tma_prefetch(arguments.v);
    for (;; ++turn) {
      const RingPlace<kQBuffers> place(turn);
      load_pending(keys);
      const Plan& plan = pipeline.await_plan(turn);
      if (plan.none) {
        barrier_arrive(pipeline.q_full[place.stage]);
        break;
      }
      barrier_wait(pipeline.q_empty[place.stage], place.parity ^ 1);
      if (plan.has_keys) {
        load_q(plan.work, place.stage);
        load(plan.work);
      } else {
        barrier_arrive(pipeline.q_full[place.stage]);
        barrier_arrive(pipeline.wanted);
      }
      if (!config::kPersistent) break;
    }
    load_pending(keys);
  }

 private:
  /// The keys of one tile of queries, and all values but the last. The work lies in shared memory, so that it
  /// takes no registers.
  FLEX_DEVICE void load(const Work& work) {
    Tiles tiles(arguments.problem, work);
    for (KeyTile tile = tiles.next(); tile.valid;) {
      const KeyTile next = tiles.next();
      if (config::kPersistent && !next.valid) barrier_arrive(pipeline.wanted);
      load_k({tile.start, tile.masked, !next.valid, next.masked}, work);
      load_pending(keys - 1);
      pending = tile.start;
      of_turn = turn;
      tile = next;
    }
  }

  /// The values of the pending tile, unless all before number `end` have been read.
  FLEX_DEVICE void load_pending(u32 end) {
    if (values < end) load_v(pending, pipeline.plans[of_turn % kPlans].work);
  }

  /// Packed, the box of the queries is as high as they are many.
  FLEX_DEVICE int q_bytes() const {
    const ForwardArguments& problem = arguments.problem;
    if constexpr (!config::kPackHeads) return kQBytes;
    return problem.q_heads / problem.kv_heads * problem.q_length * kHeadGroups * kGroupRowBytes;
  }

  FLEX_DEVICE void load_q(const Work& work, int stage) {
    barrier_arrive_expecting(pipeline.q_full[stage], q_bytes());
    FLEX_UNROLL
    for (int g = 0; g < kHeadGroups; ++g) {
      tma_load(shared + stage * kQBufferBytes + g * kQGroupBytes, arguments.q, g * kGroupColumns, work.start,
               work.head.h, work.head.b, pipeline.q_full[stage]);
    }
  }

  FLEX_DEVICE void load_k(const Announcement& tile, const Work& work) {
    const RingPlace<kStages> place(keys);
    barrier_wait(pipeline.k_empty[place.stage], place.parity ^ 1);
    pipeline.tiles[place.stage] = tile;
    barrier_arrive_expecting(pipeline.k_full[place.stage], kKBytes);
    FLEX_UNROLL
    for (int g = 0; g < kHeadGroups; ++g) {
      tma_load(shared + kKPlace + place.stage * kKBytes + g * kKvGroupBytes, arguments.k, g * kGroupColumns,
               tile.start, work.kv_head, work.head.b, pipeline.k_full[place.stage]);
    }
    ++keys;
  }

  FLEX_DEVICE void load_v(int start, const Work& work) {
    const RingPlace<kStages> place(values);
    barrier_wait(pipeline.v_empty[place.stage], place.parity ^ 1);
    barrier_arrive_expecting(pipeline.v_full[place.stage], kVBytes);
    FLEX_UNROLL
    for (int g = 0; g < kValueGroups; ++g) {
      tma_load(shared + kVPlace + place.stage * kVBytes + g * kKvGroupBytes, arguments.v, g * kGroupColumns,
               start, work.kv_head, work.head.b, pipeline.v_full[place.stage]);
    }
    ++values;
  }
};

}  // namespace flex::sm90
