// The producer: one thread that walks the block lists and starts the copies.
#pragma once

#include "flex/arch/bulk.cuh"
#include "flex/arch/tma.cuh"
#include "flex/backward/sm90/pipeline.cuh"
#include "flex/backward/sm90/work.cuh"
#include "flex/backward/work.cuh"

namespace flex::backward_sm90 {

template <typename Arguments, typename Queries>
struct Producer {
  const Arguments& arguments;
  Pipeline& pipeline;
  const u32 shared;
  u32 tiles = 0;

  FLEX_DEVICE void run(const Work& work) {
    const BackwardArguments& problem = arguments.problem;
    load_kv(work);
    const int group = problem.forward.q_heads / problem.forward.kv_heads;
    for (int head = work.kv_head * group; head < (work.kv_head + 1) * group; ++head) {
      Queries queries(problem, work, head);
      for (QueryTile tile = queries.next(); tile.valid; tile = queries.next()) {
        load({head, tile.start, tile.masked, false}, work.b);
      }
    }
    announce({0, 0, false, true});
    barrier_arrive(pipeline.q_full[RingPlace<kStages>(tiles).stage]);
  }

 private:
  FLEX_DEVICE void load_kv(const Work& work) {
    barrier_arrive_expecting(pipeline.kv_full, kKBytes + kVBytes);
    load_groups<kHeadGroups>(shared, kKeyGroupBytes, arguments.k, work.start, work.kv_head, work.b, pipeline.kv_full);
    load_groups<kValueGroups>(shared + kVPlace, kKeyGroupBytes, arguments.v, work.start, work.kv_head, work.b,
                              pipeline.kv_full);
  }

  FLEX_DEVICE void announce(const Announcement& tile) {
    const RingPlace<kStages> place(tiles);
    barrier_wait(pipeline.q_empty[place.stage], place.parity ^ 1);
    pipeline.tiles[place.stage] = tile;
  }

  FLEX_DEVICE void load(const Announcement& tile, int b) {
    constexpr int kRowBytes = kBlockM * 4;
    const BackwardArguments& problem = arguments.problem;
    const RingPlace<kStages> place(tiles);
    const i64 row = workspace_row(problem, {b, tile.head}) + tile.start;
    announce(tile);
    u64& q_full = pipeline.q_full[place.stage];
    barrier_arrive_expecting(q_full, kQBytes + kRowBytes);
    load_groups<kHeadGroups>(shared + kQPlace + place.stage * kQBytes, kQueryGroupBytes, arguments.q, tile.start,
                             tile.head, b, q_full);
    bulk_load(shared_address(pipeline.lse[place.stage]), problem.lse_log2 + row, kRowBytes, q_full);
    barrier_wait(pipeline.d_output_empty[place.stage], place.parity ^ 1);
    u64& d_output_full = pipeline.d_output_full[place.stage];
    barrier_arrive_expecting(d_output_full, kDOutputBytes + kRowBytes);
    load_groups<kValueGroups>(shared + kDOutputPlace + place.stage * kDOutputBytes, kQueryGroupBytes,
                              arguments.d_output, tile.start, tile.head, b, d_output_full);
    bulk_load(shared_address(pipeline.delta[place.stage]), problem.delta + row, kRowBytes, d_output_full);
    ++tiles;
  }

  template <int kGroups>
  FLEX_DEVICE void load_groups(u32 place, int group_bytes, const TensorMap& map, int row, int head, int b,
                               u64& barrier) const {
    FLEX_UNROLL
    for (int g = 0; g < kGroups; ++g) {
      tma_load(place + g * group_bytes, map, g * kGroupColumns, row, head, b, barrier);
    }
  }
};

}  // namespace flex::backward_sm90
