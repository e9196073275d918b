// Attention forward for 16-bit elements on Hopper: TMA, wgmma, warp-specialised. The warps of the first
// warpgroup work ahead of the others: one plans the tiles of queries, one reads them and their keys and
// values, one computes what the variant needs once per column. The other warpgroups multiply. They all meet
// at barriers in shared memory.
#pragma once

#include "flex/core/arguments.cuh"
#include "flex/core/block_list.cuh"
#include "flex/forward/sm90/combine.cuh"
#include "flex/forward/sm90/consumer.cuh"
#include "flex/forward/sm90/pipeline.cuh"
#include "flex/forward/sm90/planner.cuh"
#include "flex/forward/sm90/producer.cuh"
#include "flex/forward/sm90/shape.cuh"
#include "flex/forward/sm90/staging.cuh"
#include "flex/forward/sm90/work.cuh"
#include "flex/variant.cuh"

namespace flex {

template <typename Variant>
struct ForwardSm90 {
  using Arguments = ForwardSm90Arguments;
  using Staging = sm90::Staging<Variant>;
  using Tiles = typename ChooseTiles<config::kBlockMask,
                                     KeyTiles<sm90::Work, config::kBlockN, Variant::kHasMask>>::Type;

  static constexpr int kThreads = sm90::kThreads;
  static constexpr int kMinBlocks = 1;

  static FLEX_DEVICE void run(const Arguments& arguments, const Variant& variant) {
    extern __shared__ uint4 dynamic[];
    __shared__ sm90::Pipeline pipeline;
    __shared__ Staging staging;
    // The swizzle repeats every 1024 bytes.
    const u32 shared = (shared_address(dynamic) + 1023) & ~1023u;
    if (threadIdx.x == 0) {
      pipeline.init(Staging::kColumns);
      staging.init();
      barrier_init_fence();
    }
    __syncthreads();
    if (threadIdx.x < kWarpgroupThreads) {
      release_registers<sm90::kProducerRegisters>();
      switch (threadIdx.x / 32) {
        case 0:
          if (threadIdx.x == 0) sm90::Producer<Tiles>{arguments, pipeline, shared}.run();
          break;
        case 1:
          sm90::Planner<Variant>{arguments, variant, pipeline, staging}.run();
          break;
        case 2:
          if constexpr (Staging::kColumns) sm90::Stager<Variant>{arguments, variant, pipeline, staging}.run();
          break;
      }
    } else {
      take_registers<sm90::kConsumerRegisters>();
      sm90::Consumer<Variant, Tiles>{arguments, variant, pipeline, staging, shared}.run();
    }
  }
};

}  // namespace flex
