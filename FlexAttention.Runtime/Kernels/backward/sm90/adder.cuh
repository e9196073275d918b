// The adders: for each consumer warpgroup one thread that adds its part of the queries' gradients to the sums in global
// memory, by the copy engine.
#pragma once

#include "flex/arch/bulk.cuh"
#include "flex/backward/sm90/pipeline.cuh"
#include "flex/backward/sm90/staging.cuh"
#include "flex/backward/sm90/turns.cuh"
#include "flex/backward/sm90/work.cuh"
#include "flex/backward/work.cuh"

namespace flex::backward_sm90 {

template <typename Variant>
struct Adder {
  using Arguments = BackwardSm90Arguments<Variant::kLearnables>;

  const Arguments& arguments;
  Pipeline& pipeline;
  Staging<Variant>& staging;
  const u32 shared;
  const int part;

  FLEX_DEVICE void run(const Work& work) const {
    const BackwardArguments& problem = arguments.problem;
    for (u32 tiles = 0;; ++tiles) {
      const RingPlace<kStages> place(tiles);
      const Announcement tile = pipeline.await(tiles);
      int turn = 0;
      if constexpr (Staging<Variant>::kTurns) {
        if (!tile.none) {
          barrier_wait(staging.full[place.stage], place.parity);
          turn = staging.turns[place.stage];
        }
      }
      barrier_arrive(pipeline.q_empty[place.stage]);
      if (tile.none) break;
      if constexpr (Staging<Variant>::kTurns) {
        const TurnCounter counter(problem, work.b, tile.head, tile.start, part);
        counter.await(turn);
        add(target(work, tile), tiles);
        bulk_wait();
        counter.pass_on();
      } else {
        add(target(work, tile), tiles);
      }
    }
  }

 private:
  FLEX_DEVICE void add(float* target, u32 tiles) const {
    barrier_wait(pipeline.sum_full[part], tiles % 2);
    bulk_add(target, shared + kSumPlace + part * kPartBytes, kPartBytes);
    bulk_commit();
    bulk_wait_read();
    barrier_arrive(pipeline.sum_empty[part]);
  }

  FLEX_DEVICE float* target(const Work& work, const Announcement& tile) const {
    const BackwardArguments& problem = arguments.problem;
    const i64 row = workspace_row(problem, {work.b, tile.head}) + tile.start;
    return problem.dq_sum + row * kHeadColumns + part * kPartFloats;
  }
};

}  // namespace flex::backward_sm90
