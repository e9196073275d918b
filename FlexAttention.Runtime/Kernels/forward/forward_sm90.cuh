// Attention forward for 16-bit elements on Hopper: TMA, wgmma, warp-specialised. One thread of the first
// warpgroup reads ahead what the other warpgroups multiply; the two sides meet at barriers in shared memory.
#pragma once

#include "flex/core/arguments.cuh"
#include "flex/core/block_list.cuh"
#include "flex/forward/sm90/consumer.cuh"
#include "flex/forward/sm90/pipeline.cuh"
#include "flex/forward/sm90/producer.cuh"
#include "flex/forward/sm90/shape.cuh"
#include "flex/forward/sm90/work.cuh"
#include "flex/variant.cuh"

namespace flex {

template <typename Variant>
struct ForwardSm90 {
  using Arguments = ForwardSm90Arguments;
  using Tiles = typename ChooseTiles<config::kBlockMask,
                                     KeyTiles<sm90::Work, config::kBlockN, Variant::kHasMask>>::Type;

  static constexpr int kThreads = sm90::kThreads;
  static constexpr int kMinBlocks = 1;

  static FLEX_DEVICE void run(const Arguments& arguments, const Variant& variant) {
    extern __shared__ uint4 dynamic[];
    __shared__ sm90::Pipeline pipeline;
    // The swizzle repeats every 1024 bytes.
    const u32 shared = (shared_address(dynamic) + 1023) & ~1023u;
    if (threadIdx.x == 0) pipeline.init();
    __syncthreads();
    if (threadIdx.x < kWarpgroupThreads) {
      release_registers<sm90::kProducerRegisters>();
      if (threadIdx.x == 0) sm90::Producer<Tiles>{arguments, pipeline, shared}.run();
    } else {
      take_registers<sm90::kConsumerRegisters>();
      sm90::Consumer<Variant, Tiles>{arguments, variant, pipeline, shared}.run();
    }
  }
};

}  // namespace flex
