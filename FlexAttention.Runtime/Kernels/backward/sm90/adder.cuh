// The adders: for each consumer warpgroup a warp that adds its part of the queries' gradients to the sums in global
// memory, by the copy engine.
#pragma once

#include "flex/arch/bulk.cuh"
#include "flex/backward/sm90/pipeline.cuh"
#include "flex/backward/sm90/turns.cuh"
#include "flex/backward/sm90/work.cuh"

namespace flex::backward_sm90 {

template <typename Arguments>
struct Adder {
  const Arguments& arguments;
  Pipeline& pipeline;
  const u32 shared;
  const int part;

  FLEX_DEVICE void run(const Work& work) {
    for (u32 tiles = 0;; ++tiles) {
      const Announcement tile = pipeline.await(tiles);
      arrive_warp(pipeline.q_empty[RingPlace<kStages>(tiles).stage]);
      if (tile.none) break;
      if constexpr (config::kReproducible) {
        add_in_turn(work, tile, tiles);
      } else {
        add(work, tile, tiles);
      }
    }
  }

 private:
  FLEX_DEVICE void add(const Work& work, const Announcement& tile, u32 tiles) const {
    if (lane() != 0) return;
    barrier_wait(pipeline.sum_full[part], tiles % 2);
    bulk_add(target(work, tile), shared + kSumPlace + part * kPartBytes, kPartBytes);
    bulk_commit();
    bulk_wait_read();
    barrier_arrive(pipeline.sum_empty[part]);
  }

  FLEX_DEVICE void add_in_turn(const Work& work, const Announcement& tile, u32 tiles) const {
    const Turns turns{arguments.problem, work, tile.head, tile.start};
    const int turn = turns.count_before();
    if (lane() != 0) return;
    turns.await(part, turn);
    add(work, tile, tiles);
    bulk_wait();
    turns.pass_on(part);
  }

  FLEX_DEVICE float* target(const Work& work, const Announcement& tile) const {
    const BackwardArguments& problem = arguments.problem;
    const i64 row = static_cast<i64>(work.b * problem.forward.q_heads + tile.head) * problem.padded_rows + tile.start;
    return problem.dq_sum + row * kHeadColumns + part * kPartFloats;
  }
};

}  // namespace flex::backward_sm90
