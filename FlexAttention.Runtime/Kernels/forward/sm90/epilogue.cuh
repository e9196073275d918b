// The end of a tile of queries: statistics, and the output by way of shared memory; or what is needed to add up
// the parts of its keys.
#pragma once

#include "flex/arch/stmatrix.cuh"
#include "flex/arch/tma.cuh"
#include "flex/arch/warpgroup.cuh"
#include "flex/core/hooks.cuh"
#include "flex/core/online_softmax.cuh"
#include "flex/core/recover.cuh"
#include "flex/forward/sm90/partials.cuh"
#include "flex/forward/sm90/queries.cuh"
#include "flex/forward/sm90/shape.cuh"
#include "flex/forward/sm90/work.cuh"

namespace flex::sm90 {

template <typename Variant>
struct Epilogue {
  using Element = config::Element;
  using Hooks = VariantHooks<Variant>;

  static constexpr int kOutputs = config::kValueDim / 2;

  const ForwardSm90Arguments& arguments;
  const Variant& variant;
  const Work work;
  const u32 place;  // of the output in shared memory
  const float log2_scale;

  // Within the block of consumers: this thread, and its first row; the second is 8 further. Computed anew,
  // so that they occupy no registers before.
  const int thread = thread_index() - kWarpgroupThreads;
  const int lane = thread % 32;
  const int warp_row = thread / 32 * 16;
  const int row = warp_row + lane / 4;

  /// Divides by the sum, adds the sink, and writes the output and the statistics. The stores are under way at
  /// the end.
  FLEX_DEVICE void finish(float (&output)[kOutputs], const OnlineSoftmax<2, 4>& softmax) const {
    const int warpgroup = thread / kWarpgroupThreads;
    warpgroup_sync(warpgroup);  // all its warps have read the queries, whose place the output takes
    if (config::kSplitKeys && arguments.parts > 1) {
      write_part(output, softmax);
      warpgroup_sync(warpgroup);  // all its warps have read the plan
      return;
    }
    float factors[2];
    bool damaged[2];
    FLEX_UNROLL
    for (int r = 0; r < 2; ++r) {
      const Query query = queries()[row + 8 * r];
      const float factor = finish_row(arguments.problem, query.position, query.index, softmax.peak(r),
                                      softmax.total(r), lane % 4 == 0);
      factors[r] = factor;
      damaged[r] = false;
      FLEX_UNROLL
      for (int i = 2 * r; i < kOutputs; i += 4) {
        // A row with no key left is 0 even where masked-out values are not finite.
        output[i] = factor == 0.0f ? 0.0f : output[i] * factor;
        output[i + 1] = factor == 0.0f ? 0.0f : output[i + 1] * factor;
        damaged[r] = damaged[r] || needs_recovery(factor, output[i] + output[i + 1]);
      }
    }
    write(output);
    if constexpr (Hooks::kMayReject) {
      __syncwarp();
      recover(softmax, damaged, factors);
    }
    async_proxy_fence();
    warpgroup_sync(warpgroup);
    if (thread % kWarpgroupThreads == 0) store(warpgroup * kWarpgroupRows);
  }

 private:
  /// One part of several: `Combine` does the rest.
  FLEX_DEVICE void write_part(const float (&output)[kOutputs], const OnlineSoftmax<2, 4>& softmax) const {
    const Partials partials = Partials::of(arguments);
    FLEX_UNROLL
    for (int r = 0; r < 2; ++r) {
      const Query query = queries()[row + 8 * r];
      const float sum = softmax.total(r);
      if (query.index >= arguments.problem.q_length) continue;
      const i64 number = Partials::row_of(arguments.problem, query.position, query.index);
      if (lane % 4 == 0) partials.softmax(work.part, number) = {softmax.maximum[r], sum};
      float* target = partials.output(work.part, number) + lane % 4 * 2;
      // Of a part without keys of this row it is not known what the zeros were multiplied with.
      const bool none = sum == 0.0f;
      FLEX_UNROLL
      for (int j = 0; j < config::kValueDim / 8; ++j) {
        const float* values = output + 4 * j + 2 * r;
        *reinterpret_cast<float2*>(target + 8 * j) =
            none ? make_float2(0.0f, 0.0f) : make_float2(values[0], values[1]);
      }
    }
  }

  FLEX_DEVICE Queries queries() const { return {arguments.problem, work}; }

  /// This warp's rows, into the swizzled tile.
  FLEX_DEVICE void write(const float (&output)[kOutputs]) const {
    const u32 target = place + (warp_row + lane % 16) * kGroupRowBytes;
    const int swizzle = lane % 8 * 16;
    FLEX_UNROLL
    for (int j = 0; j < config::kValueDim / 16; ++j) {
      const int column = (j % 4 * 32 + lane / 16 * 16) ^ swizzle;
      const float* values = output + 8 * j;
      stmatrix_x4(target + j / 4 * kQGroupBytes + column, pack<Element>(values[0], values[1]),
                  pack<Element>(values[2], values[3]), pack<Element>(values[4], values[5]),
                  pack<Element>(values[6], values[7]));
    }
  }

  /// One thread stores a warpgroup's rows, or the box of all heads of a packed tile.
  FLEX_DEVICE void store(int first_row) const {
    if (work.start + first_row < arguments.problem.q_length) {
      FLEX_UNROLL
      for (int g = 0; g < kValueGroups; ++g) {
        tma_store(arguments.o, place + g * kQGroupBytes + first_row * kGroupRowBytes, g * kGroupColumns,
                  work.start + first_row, work.head.h, work.head.b);
      }
    }
    tma_store_commit();
  }

  /// Computes again this warp's damaged rows; all its lanes take part in each.
  FLEX_DEVICE void recover(const OnlineSoftmax<2, 4>& softmax, const bool (&damaged)[2],
                           const float (&factors)[2]) const {
#pragma unroll 1
    for (int r = 0; r < 2; ++r) {
      const bool mine = pick(damaged, r) && queries()[row + 8 * r].index < arguments.problem.q_length;
      for (u32 lanes = __ballot_sync(~0u, mine); lanes != 0;) {
        const int owner = __ffs(lanes) - 1;
        lanes &= ~(0xfu << (owner & ~3));  // the four lanes of the row
        const int damaged_row = __shfl_sync(~0u, row + 8 * r, owner);
        const Query query = queries()[damaged_row];
        const Hooks hooks(arguments.problem, variant, query.position);
        recover_row(arguments.problem, hooks, query.index,
                    __shfl_sync(~0u, pick(softmax.maximum, r), owner),
                    __shfl_sync(~0u, pick(factors, r), owner), log2_scale,
                    [this, damaged_row](int d, float value) { write_element(damaged_row, d, value); });
      }
    }
  }

  FLEX_DEVICE void write_element(int row, int column, float value) const {
    const u32 address = place + column / kGroupColumns * kQGroupBytes + row * kGroupRowBytes +
                        (column % kGroupColumns * 2 ^ row % 8 * 16);
    asm volatile("st.shared.b16 [%0], %1;" ::"r"(address), "h"(from_float<Element>(value).bits) : "memory");
  }
};

}  // namespace flex::sm90
