// A consumer warpgroup: 64 queries, in registers from the scores to the output.
//
// The products of one step overlap the softmax of the other: while S of tile n is turned into P, the tensor
// cores add the values of tile n - 1, and what they do not get done then hides behind the other
// warpgroups' softmax.
#pragma once

#include "flex/arch/stmatrix.cuh"
#include "flex/arch/tma.cuh"
#include "flex/arch/warpgroup.cuh"
#include "flex/arch/wgmma.cuh"
#include "flex/core/hooks.cuh"
#include "flex/core/online_softmax.cuh"
#include "flex/core/recover.cuh"
#include "flex/core/row_stage.cuh"
#include "flex/forward/sm90/pipeline.cuh"
#include "flex/forward/sm90/work.cuh"

namespace flex::sm90 {

template <typename Variant, typename Tiles>
struct Consumer {
  using Element = config::Element;
  using Hooks = VariantHooks<Variant>;
  using Row = typename Variant::Row;

  static constexpr int kScores = kBlockN / 2;           // of a thread
  static constexpr int kOutputs = config::kValueDim / 2;
  static constexpr int kProbabilities = kBlockN / 4;    // packed in pairs
  static constexpr int kHeadSteps = config::kHeadDim / 16;
  static constexpr int kKeySteps = kBlockN / 16;
  // Masked tiles come first. In a loop of their own, which gives up some overlap, they need fewer registers.
  static constexpr bool kMaskedLoop = config::kTwoLoops && !Tiles::kAllMasked;
  // A maximum that is not the row's own would be reported.
  static constexpr bool kLazy = config::kLazyRescale && !config::kRowMax;

  const ForwardSm90Arguments& arguments;
  const Variant& variant;
  Pipeline& pipeline;
  const u32 shared;
  u32 keys = 0;    // tiles whose keys this thread has waited for
  u32 values = 0;  // tiles whose values it has released

  // Within the block of consumers: this thread, its warpgroup, its warp's first row and its own two rows,
  // of which the second is 8 further.
  const int thread = threadIdx.x - kWarpgroupThreads;
  const int warpgroup = thread / kWarpgroupThreads;
  const int lane = thread % 32;
  const int warp_row = thread / 32 * 16;
  const int row = warp_row + lane / 4;

  FLEX_DEVICE void run() {
    u32 parity = 0;
    do {
      barrier_wait(pipeline.q_full, parity);
      parity ^= 1;
      const Assignment assignment = pipeline.assignment;
      if (assignment.none) break;
      compute(assignment);
    } while (config::kPersistent);
    tma_store_wait();
  }

 private:
  FLEX_DEVICE void compute(const Assignment& assignment) {
    const Work work = assignment.work;
    const Hooks hooks(arguments.problem, variant, work.head);
    RowStage<Row, kBlockM> rows;
    rows.fill(hooks, work.start, warpgroup * kWarpgroupRows, kWarpgroupRows, thread % kWarpgroupThreads,
              kWarpgroupThreads);
    if constexpr (!__is_empty(Row)) warpgroup_sync(warpgroup);

    float output[kOutputs];
    FLEX_UNROLL
    for (int i = 0; i < kOutputs; ++i) output[i] = 0.0f;
    OnlineSoftmax<2, 4> softmax;

    if (assignment.has_keys) {
      visit(hooks, rows, work, output, softmax);
    } else {
      release(pipeline.q_empty);
    }
    finish(work, output, softmax);
  }

  /// All tiles of keys of one tile of queries. A tile's values are multiplied under the scores of the next.
  FLEX_DEVICE void visit(const Hooks& hooks, const RowStage<Row, kBlockM>& rows, const Work& work,
                         float (&output)[kOutputs], OnlineSoftmax<2, 4>& softmax) {
    const float log2_scale = Hooks::log2_scale(arguments.problem);
    float scores[kScores];
    u32 probabilities[kProbabilities];
    float factors[2];

    Announcement tile = multiply_qk(scores);
    wgmma_wait<0>();
    pin(scores);
    release_keys(tile.last);
    apply(hooks, rows, work, tile, scores);
    advance(softmax, scores, factors, log2_scale);
    exponentiate(softmax, scores, log2_scale);
    pack_probabilities(scores, probabilities);
    if constexpr (kMaskedLoop) {
      while (tile.next_masked) {
        multiply_pv(probabilities, output);
        wgmma_wait<0>();
        pin(output);
        release_values();
        tile = multiply_qk(scores);
        wgmma_wait<0>();
        pin(scores);
        release_keys(tile.last);
        apply<true>(hooks, rows, work, tile.start, scores);
        advance(softmax, scores, factors, log2_scale);
        exponentiate(softmax, scores, log2_scale);
        pack_probabilities(scores, probabilities);
        rescale(output, factors);
      }
    }

    while (!tile.last) {
      tile = multiply_qk(scores);
      multiply_pv(probabilities, output);
      wgmma_wait<1>();
      pin(scores);
      release_keys(tile.last);
      if constexpr (kMaskedLoop) {
        if constexpr (Hooks::kChangesScores) apply<false>(hooks, rows, work, tile.start, scores);
      } else {
        apply(hooks, rows, work, tile, scores);
      }
      advance(softmax, scores, factors, log2_scale);
      exponentiate(softmax, scores, log2_scale);
      wgmma_wait<0>();
      pin(output);
      pin(probabilities);
      release_values();
      pack_probabilities(scores, probabilities);
      rescale(output, factors);
    }

    multiply_pv(probabilities, output);
    wgmma_wait<0>();
    pin(output);
    release_values();
  }

  /// Waits for the next tile of keys and starts S = Q K^T.
  FLEX_DEVICE Announcement multiply_qk(float (&scores)[kScores]) {
    const RingPlace<kStages> place(keys);
    barrier_wait(pipeline.k_full[place.stage], place.parity);
    const Announcement tile = pipeline.tiles[place.stage];
    const u64 q = swizzled_operand(
        shared + kQPlace + warpgroup * (kWarpgroupRows * kGroupRowBytes), kQGroupBytes);
    const u64 k = swizzled_operand(shared + kKPlace + place.stage * kKBytes, kKvGroupBytes);
    pin(scores);
    wgmma_fence();
    FLEX_UNROLL
    for (int d = 0; d < kHeadSteps; ++d) {
      const int column = d % 4 * 2;
      const u64 a = q + column + d / 4 * (kQGroupBytes / 16);
      const u64 b = k + column + d / 4 * (kKvGroupBytes / 16);
      if (d == 0) {
        Wgmma<Element, kBlockN>::template ss<false>(scores, a, b);
      } else {
        Wgmma<Element, kBlockN>::template ss<true>(scores, a, b);
      }
    }
    wgmma_commit();
    return tile;
  }

  /// Waits for the values and starts O += P V.
  FLEX_DEVICE void multiply_pv(u32 (&probabilities)[kProbabilities], float (&output)[kOutputs]) {
    const RingPlace<kStages> place(values);
    barrier_wait(pipeline.v_full[place.stage], place.parity);
    const u64 v = swizzled_operand(shared + kVPlace + place.stage * kVBytes, kKvGroupBytes);
    pin(probabilities);
    pin(output);
    wgmma_fence();
    FLEX_UNROLL
    for (int n = 0; n < kKeySteps; ++n) {
      constexpr int kStep = 16 * kGroupRowBytes / 16;
      Wgmma<Element, config::kValueDim>::template rs<true, true>(output, probabilities + 4 * n,
                                                                 v + n * kStep);
    }
    wgmma_commit();
  }

  /// This warp has read what stands behind a barrier.
  FLEX_DEVICE void release(u64& barrier) {
    __syncwarp();
    if (lane == 0) barrier_arrive(barrier);
  }

  FLEX_DEVICE void release_keys(bool last) {
    release(pipeline.k_empty[RingPlace<kStages>(keys).stage]);
    ++keys;
    if (config::kPersistent && last) release(pipeline.q_empty);
  }

  FLEX_DEVICE void release_values() {
    release(pipeline.v_empty[RingPlace<kStages>(values).stage]);
    ++values;
  }

  /// The variant's hooks, column by column: what depends on the key alone is computed once for both rows.
  FLEX_DEVICE void apply(const Hooks& hooks, const RowStage<Row, kBlockM>& rows, const Work& work,
                         const Announcement& tile, float (&scores)[kScores]) const {
    if (Tiles::kAllMasked || tile.masked) {
      apply<true>(hooks, rows, work, tile.start, scores);
    } else if constexpr (Hooks::kChangesScores) {
      apply<false>(hooks, rows, work, tile.start, scores);
    }
  }

  template <bool kMasked>
  FLEX_DEVICE void apply(const Hooks& hooks, const RowStage<Row, kBlockM>& rows, const Work& work,
                         int kv_start, float (&scores)[kScores]) const {
    const int kv_base = kv_start + lane % 4 * 2;
    const Row values[2] = {rows.read(row), rows.read(row + 8)};
    FLEX_UNROLL
    for (int j = 0; j < kBlockN / 8; ++j) {
      FLEX_UNROLL
      for (int c = 0; c < 2; ++c) {
        const Key kv{kv_base, 8 * j + c};
        const auto column = hooks.column(kv);
        FLEX_UNROLL
        for (int r = 0; r < 2; ++r) {
          float& score = scores[4 * j + 2 * r + c];
          score = hooks.template apply<kMasked>(score, values[r], column, work.start + row + 8 * r, kv);
        }
      }
    }
  }

  /// Takes a tile's scores into the running maxima.
  FLEX_DEVICE void advance(OnlineSoftmax<2, 4>& softmax, const float (&scores)[kScores],
                           float (&factors)[2], float log2_scale) const {
    FLEX_UNROLL
    for (int r = 0; r < 2; ++r) {
      float maximum = fast_max(scores[2 * r], scores[2 * r + 1]);
      FLEX_UNROLL
      for (int j = 1; j < kBlockN / 8; ++j) {
        maximum = fast_max(maximum, fast_max(scores[4 * j + 2 * r], scores[4 * j + 2 * r + 1]));
      }
      factors[r] = softmax.template advance<kLazy>(r, maximum, log2_scale);
    }
  }

  /// Scores become probabilities relative to the running maxima, and join the sums.
  FLEX_DEVICE void exponentiate(OnlineSoftmax<2, 4>& softmax, float (&scores)[kScores],
                                float log2_scale) const {
    FLEX_UNROLL
    for (int i = 0; i < kScores; i += 2) {
      const int r = i / 2 % 2;
      scores[i] = exp2_approx(scores[i] * log2_scale - softmax.maximum[r]);
      scores[i + 1] = exp2_approx(scores[i + 1] * log2_scale - softmax.maximum[r]);
      softmax.sum[r] += scores[i] + scores[i + 1];
    }
  }

  FLEX_DEVICE void pack_probabilities(const float (&scores)[kScores],
                                      u32 (&probabilities)[kProbabilities]) const {
    FLEX_UNROLL
    for (int i = 0; i < kProbabilities; ++i) {
      probabilities[i] = pack<Element>(scores[2 * i], scores[2 * i + 1]);
    }
  }

  /// Brings the output to the new maxima, unless none of this warp's has changed.
  FLEX_DEVICE void rescale(float (&output)[kOutputs], const float (&factors)[2]) const {
    if (!__any_sync(~0u, factors[0] != 1.0f || factors[1] != 1.0f)) return;
    FLEX_UNROLL
    for (int i = 0; i < kOutputs; ++i) output[i] *= factors[i / 2 % 2];
  }

  /// Divides by the sum, adds the sink, and writes the output and the statistics.
  FLEX_DEVICE void finish(const Work& work, float (&output)[kOutputs], OnlineSoftmax<2, 4>& softmax) {
    // The output's place is free once this warpgroup's last output, or the queries, have been read.
    tma_store_wait();
    warpgroup_sync(warpgroup);
    float factors[2];
    bool damaged[2];
    FLEX_UNROLL
    for (int r = 0; r < 2; ++r) {
      const float factor = finish_row(arguments.problem, work.head, work.start + row + 8 * r,
                                      softmax.peak(r), softmax.total(r), lane % 4 == 0);
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
      recover(work, softmax, damaged, factors);
    }
    async_proxy_fence();
    warpgroup_sync(warpgroup);
    if (thread % kWarpgroupThreads == 0) store(work);
  }

  /// This warp's rows, into the swizzled tile.
  FLEX_DEVICE void write(const float (&output)[kOutputs]) const {
    const u32 target = shared + kOPlace + (warp_row + lane % 16) * kGroupRowBytes;
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

  /// One thread stores the warpgroup's rows.
  FLEX_DEVICE void store(const Work& work) const {
    const int row = warpgroup * kWarpgroupRows;
    if (work.start + row < arguments.problem.q_length) {
      FLEX_UNROLL
      for (int g = 0; g < kValueGroups; ++g) {
        tma_store(arguments.o, shared + kOPlace + g * kQGroupBytes + row * kGroupRowBytes, g * kGroupColumns,
                  work.start + row, work.head.h, work.head.b);
      }
    }
    tma_store_commit();
  }

  /// Computes again this warp's damaged rows; all its lanes take part in each.
  FLEX_DEVICE void recover(const Work& work, const OnlineSoftmax<2, 4>& softmax, const bool (&damaged)[2],
                           const float (&factors)[2]) const {
    const float log2_scale = Hooks::log2_scale(arguments.problem);
#pragma unroll 1
    for (int r = 0; r < 2; ++r) {
      const bool mine = pick(damaged, r) && work.start + row + 8 * r < arguments.problem.q_length;
      for (u32 lanes = __ballot_sync(~0u, mine); lanes != 0;) {
        const int owner = __ffs(lanes) - 1;
        lanes &= ~(0xfu << (owner & ~3));  // the four lanes of the row
        const int damaged_row = __shfl_sync(~0u, row + 8 * r, owner);
        const Hooks hooks(arguments.problem, variant, work.head);
        recover_row(arguments.problem, hooks, work.start + damaged_row,
                    __shfl_sync(~0u, pick(softmax.maximum, r), owner),
                    __shfl_sync(~0u, pick(factors, r), owner), log2_scale,
                    [this, damaged_row](int d, float value) { write_element(damaged_row, d, value); });
      }
    }
  }

  FLEX_DEVICE void write_element(int row, int column, float value) const {
    const u32 address = shared + kOPlace + column / kGroupColumns * kQGroupBytes + row * kGroupRowBytes +
                        (column % kGroupColumns * 2 ^ row % 8 * 16);
    asm volatile("st.shared.b16 [%0], %1;" ::"r"(address), "h"(from_float<Element>(value).bits) : "memory");
  }
};

}  // namespace flex::sm90
