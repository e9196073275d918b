// Attention backward for 16-bit elements on Hopper: TMA, wgmma, warp-specialised. A block has a tile of keys and
// values, and goes through the tiles of queries that see it. The warps of the first warpgroup work for the others:
// one reads queries and the gradients of their outputs, one computes what the variant needs, two add to the
// gradients of the queries. The other warpgroups multiply. They all meet at barriers in shared memory.
#pragma once

#include "flex/backward/sm90/adder.cuh"
#include "flex/backward/sm90/consumer.cuh"
#include "flex/backward/sm90/pipeline.cuh"
#include "flex/backward/sm90/producer.cuh"
#include "flex/backward/sm90/shape.cuh"
#include "flex/backward/sm90/staging.cuh"
#include "flex/backward/sm90/work.cuh"
#include "flex/core/backward_arguments.cuh"
#include "flex/variant.cuh"

namespace flex {

template <typename Variant>
struct BackwardSm90 {
  using Arguments = BackwardSm90Arguments<Variant::kLearnables>;
  using Staging = backward_sm90::Staging<Variant>;
  using Queries = typename backward_sm90::ChooseQueries<config::kBlockMask, Variant::kHasScore,
                                                        Variant::kHasMask>::Type;

  static constexpr int kThreads = backward_sm90::kThreads;
  static constexpr int kMinBlocks = 1;
  /// Whether there is something to stage, and the warps that read the announcements of tiles, beside the consumers.
  static constexpr bool kHasStager = Staging::kUsed || Staging::kTurns;
  static constexpr int kReaders = (config::kNeedsQuery ? backward_sm90::kConsumers : 0) + kHasStager;

  static FLEX_DEVICE void run(const Arguments& arguments, const Variant& variant) {
    extern __shared__ uint4 dynamic[];
    __shared__ backward_sm90::Pipeline pipeline;
    __shared__ Staging staging;
    // The swizzle repeats every 1024 bytes.
    const u32 shared = (shared_address(dynamic) + 1023) & ~1023u;
    if (threadIdx.x == 0) {
      pipeline.init(kReaders);
      staging.init();
      barrier_init_fence();
    }
    __syncthreads();
    const backward_sm90::Work work = backward_sm90::Work::of(arguments, blockIdx.x);
    if (threadIdx.x < kWarpgroupThreads) {
      release_registers<backward_sm90::kProducerRegisters>();
      switch (threadIdx.x / 32) {
        case 0:
          if (threadIdx.x == 0) backward_sm90::Producer<Arguments, Queries>{arguments, pipeline, shared}.run(work);
          break;
        case 1:
          if constexpr (kHasStager) backward_sm90::Stager<Variant>{arguments, variant, pipeline, staging}.run(work);
          break;
        default:
          if constexpr (config::kNeedsQuery) {
            const int part = threadIdx.x / 32 - 2;
            if (part < backward_sm90::kConsumers && threadIdx.x % 32 == 0) {
              backward_sm90::Adder<Variant>{arguments, pipeline, staging, shared, part}.run(work);
            }
          }
          break;
      }
    } else {
      take_registers<backward_sm90::kConsumerRegisters>();
      backward_sm90::Consumer<Variant>{arguments, variant, pipeline, staging, work, shared}.run();
    }
  }
};

}  // namespace flex
