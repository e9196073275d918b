// The end of a tile of keys: its gradients, by way of shared memory.
#pragma once

#include "flex/arch/stmatrix.cuh"
#include "flex/arch/tma.cuh"
#include "flex/arch/warpgroup.cuh"
#include "flex/backward/damage.cuh"
#include "flex/backward/sm90/shape.cuh"
#include "flex/backward/sm90/work.cuh"

namespace flex::backward_sm90 {

template <typename Arguments, bool kMayReject>
struct Epilogue {
  using Element = config::Element;

  const Arguments& arguments;
  const Work& work;
  const u32 shared;

  const int warpgroup = threadIdx.x / kWarpgroupThreads - 1;
  const int lane = threadIdx.x % 32;
  const int warp_row = (threadIdx.x - kWarpgroupThreads) / 32 * 16;

  /// Writes the gradients to where keys and values lie. The stores are over at the end.
  FLEX_DEVICE void finish(float (&d_keys)[kHeadColumns / 2], float (&d_values)[kValueColumns / 2]) const {
    FLEX_UNROLL
    for (int i = 0; i < kHeadColumns / 2; ++i) d_keys[i] *= arguments.problem.forward.scale;
    if constexpr (kMayReject) report_damage(d_keys, d_values);
    // All warpgroups have read the keys.
    consumers_sync();
    if constexpr (config::kNeedsKey) write<kHeadColumns>(shared, d_keys);
    if constexpr (config::kNeedsValue) write<kValueColumns>(shared + kVPlace, d_values);
    async_proxy_fence();
    warpgroup_sync(warpgroup);
    const int row = work.start + warpgroup * kWarpgroupRows;
    if (threadIdx.x % kWarpgroupThreads != 0 || row >= arguments.problem.forward.kv_length) return;
    if constexpr (config::kNeedsKey) store<kHeadGroups>(arguments.dk, shared, row);
    if constexpr (config::kNeedsValue) store<kValueGroups>(arguments.dv, shared + kVPlace, row);
    tma_store_commit();
    tma_store_wait();
  }

 private:
  template <int kColumns>
  FLEX_DEVICE void write(u32 place, const float (&values)[kColumns / 2]) const {
    const u32 target = place + (warp_row + lane % 16) * kGroupRowBytes;
    const int swizzle = lane % 8 * 16;
    FLEX_UNROLL
    for (int j = 0; j < kColumns / 16; ++j) {
      const float* four = values + 8 * j;
      stmatrix_x4(target + j / 4 * kKeyGroupBytes + ((j % 4 * 32 + lane / 16 * 16) ^ swizzle),
                  pack<Element>(four[0], four[1]), pack<Element>(four[2], four[3]), pack<Element>(four[4], four[5]),
                  pack<Element>(four[6], four[7]));
    }
  }

  template <int kGroups>
  FLEX_DEVICE void store(const TensorMap& map, u32 place, int row) const {
    FLEX_UNROLL
    for (int g = 0; g < kGroups; ++g) {
      tma_store(map, place + g * kKeyGroupBytes + warpgroup * kWarpgroupRows * kGroupRowBytes, g * kGroupColumns, row,
                work.kv_head, work.b);
    }
  }

  /// Marks rows that are not finite: they will be computed again, from the pairs that count alone.
  FLEX_DEVICE void report_damage(const float (&d_keys)[kHeadColumns / 2],
                                 const float (&d_values)[kValueColumns / 2]) const {
    float sum = 0.0f;  // NaN or infinite if anything is; an overflow of the sum itself costs time only
    FLEX_UNROLL
    for (int i = 0; i < kHeadColumns / 2; ++i) sum += fabsf(d_keys[i]);
    FLEX_UNROLL
    for (int i = 0; i < kValueColumns / 2; ++i) sum += fabsf(d_values[i]);
    const int kv = work.start + warp_row;
    if (!is_finite(sum) && kv < arguments.problem.forward.kv_length) {
      *key_damage(arguments.problem, work.b, work.kv_head, kv) = 1;
    }
  }
};

}  // namespace flex::backward_sm90
