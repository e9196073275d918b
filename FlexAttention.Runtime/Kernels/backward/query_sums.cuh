// What the Hopper kernel has added up for the queries becomes their gradient.
#pragma once

#include "flex/backward/damage.cuh"
#include "flex/backward/sm90/shape.cuh"
#include "flex/backward/work.cuh"
#include "flex/core/math.cuh"
#include "flex/core/tile_io.cuh"

namespace flex {

/// One tile of queries of one head.
struct QuerySums {
  using Element = config::Element;
  using Layout = TileLayout<backward_sm90::kHeadColumns>;

  static constexpr int kThreads = 128;
  static constexpr int kRows = config::kBlockM;
  static constexpr int kQuads = backward_sm90::kPartFloats / 4;  // groups of four sums of a part
  static constexpr int kParts = kRows * backward_sm90::kHeadColumns / backward_sm90::kPartFloats;

  /// The row and the first column of one group of sums: two of a row, two of the row eight below. A part is
  /// stored group by group, each by the 128 threads of a warpgroup, as wgmma's accumulators have them.
  struct Place {
    int row;
    int column;

    static FLEX_DEVICE Place of(int part, int quad) {
      const int thread = quad % kThreads;
      const int row = thread / 32 * 16 + thread % 32 / 4;
      const int column = quad / kThreads * 8 + thread % 4 * 2;
      return backward_sm90::kPartsAreRows ? Place{part * kWarpgroupRows + row, column}
                                          : Place{row, part * backward_sm90::kPartColumns + column};
    }
  };

  template <bool kMayReject>
  static FLEX_DEVICE void finish(const BackwardArguments& problem, Position head, int start) {
    __shared__ __align__(16) Element tile[kRows * Layout::kStride];
    const ForwardArguments& forward = problem.forward;
    const float4* sums = reinterpret_cast<const float4*>(
        problem.dq_sum + (workspace_row(problem, head) + start) * backward_sm90::kHeadColumns);
#pragma unroll 4
    for (int i = threadIdx.x; i < kParts * kQuads; i += kThreads) {
      const Place place = Place::of(i / kQuads, i % kQuads);
      const float4 sum = sums[i];
      write<kMayReject>(problem, head, start, tile, place, sum.x * forward.scale, sum.y * forward.scale);
      write<kMayReject>(problem, head, start, tile, {place.row + 8, place.column}, sum.z * forward.scale,
                        sum.w * forward.scale);
    }
    __syncthreads();
    constexpr int kWarpRows = kRows / (kThreads / 32);
    store_rows<backward_sm90::kHeadColumns>(
        tile, threadIdx.x / 32 * kWarpRows, kWarpRows,
        gradient_of(problem.dq, head.b * forward.q_heads + head.h, forward.q_length, forward.head_dim),
        forward.head_dim, start, forward.q_length, forward.head_dim);
  }

 private:
  template <bool kMayReject>
  static FLEX_DEVICE void write(const BackwardArguments& problem, Position head, int start, Element* tile,
                                Place place, float low, float high) {
    *reinterpret_cast<u32*>(tile + place.row * Layout::kStride + place.column) = pack<Element>(low, high);
    if (!kMayReject || (is_finite(low) && is_finite(high))) return;
    if (start + place.row < problem.forward.q_length) *query_damage(problem, head, start + place.row) = 1;
  }
};

}  // namespace flex
