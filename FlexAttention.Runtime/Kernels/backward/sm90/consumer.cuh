// A consumer warpgroup: 64 keys, whose gradients stay in registers from the first tile of queries to the last.
//
// Scores are computed transposed, keys down and queries across, so that weights and gradients of scores are operands
// of the products that follow as they lie in registers. Only the gradients of scores go through shared memory,
// for the gradients of the queries, to which all keys add.
#pragma once

#include "flex/arch/stmatrix.cuh"
#include "flex/arch/tma.cuh"
#include "flex/arch/warpgroup.cuh"
#include "flex/arch/wgmma.cuh"
#include "flex/backward/gradient.cuh"
#include "flex/backward/sm90/epilogue.cuh"
#include "flex/backward/sm90/pipeline.cuh"
#include "flex/backward/sm90/staging.cuh"
#include "flex/core/gradient_hooks.cuh"
#include "flex/core/learned_sums.cuh"

namespace flex::backward_sm90 {

template <typename Variant>
struct Consumer {
  using Element = config::Element;
  using Arguments = BackwardSm90Arguments<Variant::kLearnables>;
  using Hooks = GradientHooks<Variant>;
  using Row = typename Variant::Row;
  using Column = typename Variant::Column;
  using Staging = flex::backward_sm90::Staging<Variant>;

  static constexpr int kScores = kBlockM / 2;  // of a thread
  static constexpr int kPacked = kBlockM / 4;
  static constexpr int kQuerySteps = kBlockM / 16;
  static constexpr int kKeySteps = kBlockN / 16;
  static constexpr int kPartValues = kPartColumns / 2;
  static constexpr bool kLearns = config::kNeedsCaptures && Variant::kLearnables > 0;
  /// Whether what the captures learn, or a derivative that is computed with it, depends on the scores.
  static constexpr bool kKeepsDots = kLearns && (Variant::kHasDerivative || Variant::kLearnsFromScore);
  static constexpr bool kNeedsScores = config::kNeedsQuery || config::kNeedsKey || kLearns;
  using Sums = LearnedSums<Variant, kLearns>;

  static constexpr int kStep = 16 * kGroupRowBytes / 16;  // 16 rows further, in a descriptor

  const Arguments& arguments;
  const Variant& variant;
  Pipeline& pipeline;
  Staging& staging;
  const Work& work;
  const u32 shared;
  u32 tiles = 0;

  const int warpgroup = threadIdx.x / kWarpgroupThreads - 1;  // of the consumers
  const int lane = threadIdx.x % 32;
  // This thread's first key within the tile; the second is 8 further.
  const int key = (threadIdx.x - kWarpgroupThreads) / 32 * 16 + lane / 4;

  FLEX_DEVICE void run() {
    float d_keys[kHeadColumns / 2];
    float d_values[kValueColumns / 2];
    clear(d_keys);
    clear(d_values);
    Sums sums(arguments.problem, variant, work.b);
    barrier_wait(pipeline.kv_full, 0);
#pragma unroll 1
    for (;; ++tiles) {
      const Announcement tile = pipeline.await(tiles);
      if (tile.none) break;
      step(tile, d_keys, d_values, sums);
    }
    if constexpr (kLearns) sums.flush();
    Epilogue<Arguments, Hooks::kMayReject>{arguments, work, shared}.finish(d_keys, d_values);
  }

 private:
  FLEX_DEVICE int stage() const { return tiles % kStages; }
  FLEX_DEVICE u32 q_place() const { return shared + kQPlace + stage() * kQBytes; }
  FLEX_DEVICE u32 d_output_place() const { return shared + kDOutputPlace + stage() * kDOutputBytes; }
  FLEX_DEVICE u32 score_place() const { return shared + kScorePlace + tiles % kScoreStages * kScoreBytes; }

  template <int kCount>
  static FLEX_DEVICE void clear(float (&values)[kCount]) {
    FLEX_UNROLL
    for (int i = 0; i < kCount; ++i) values[i] = 0.0f;
  }

  /// One tile of queries. What is not asked for is not multiplied.
  FLEX_DEVICE void step(const Announcement& tile, float (&d_keys)[kHeadColumns / 2],
                        float (&d_values)[kValueColumns / 2], Sums& sums) {
    float scores[kScores];
    float gradients[kScores];
    float sum[kPartValues];
    u32 weights[kPacked];
    u32 d_scores[kPacked];
    multiply_scores(scores);
    barrier_wait(pipeline.d_output_full[stage()], tiles / kStages % 2);
    if constexpr (kNeedsScores) multiply_gradients(gradients);
    if constexpr (Staging::kUsed) barrier_wait(staging.full[stage()], tiles / kStages % 2);
    wgmma_wait<kNeedsScores>();
    pin(scores);
    if (tile.masked) {
      weigh<true>(tile, scores, weights);
    } else {
      weigh<false>(tile, scores, weights);
    }
    if constexpr (kNeedsScores) {
      wgmma_wait<0>();
      pin(gradients);
      if constexpr (kLearns) {
        if (kKeepsDots && !tile.masked) {
          learn<false>(tile, scores, gradients, sums);
        } else {
          learn<true>(tile, scores, gradients, sums);
        }
      }
      differentiate(scores, gradients, d_scores);
    }
    if constexpr (config::kNeedsQuery) store_scores(d_scores);
    if constexpr (config::kNeedsValue) multiply_d_values(weights, d_values);
    if constexpr (config::kNeedsQuery) {
      async_proxy_fence();
      consumers_sync();
      multiply_d_queries(sum);
    }
    wgmma_wait<config::kNeedsQuery>();
    pin(d_values);
    pin(weights);
    arrive_warp(pipeline.d_output_empty[stage()]);
    if constexpr (config::kNeedsKey) multiply_d_keys(d_scores, d_keys);
    if constexpr (config::kNeedsQuery) {
      wgmma_wait<config::kNeedsKey>();
      pin(sum);
      hand_over(sum);
    }
    wgmma_wait<0>();
    pin(d_keys);
    pin(d_scores);
    arrive_warp(pipeline.q_empty[stage()]);
  }

  /// Starts S^T = K Q^T.
  FLEX_DEVICE void multiply_scores(float (&scores)[kScores]) const {
    multiply_rows<kHeadGroups, config::kHeadDim / 16>(shared, q_place(), scores);
  }

  /// Starts dP^T = V dO^T.
  FLEX_DEVICE void multiply_gradients(float (&gradients)[kScores]) const {
    multiply_rows<kValueGroups, config::kValueDim / 16>(shared + kVPlace, d_output_place(), gradients);
  }

  template <int kGroups, int kSteps>
  FLEX_DEVICE void multiply_rows(u32 keys, u32 queries, float (&product)[kScores]) const {
    const u64 a = swizzled_operand(keys + warpgroup * (kWarpgroupRows * kGroupRowBytes), kKeyGroupBytes);
    const u64 b = swizzled_operand(queries, kQueryGroupBytes);
    pin(product);
    wgmma_fence();
    FLEX_UNROLL
    for (int d = 0; d < kSteps; ++d) {
      const u64 a_step = a + d % 4 * 2 + d / 4 * (kKeyGroupBytes / 16);
      const u64 b_step = b + d % 4 * 2 + d / 4 * (kQueryGroupBytes / 16);
      if (d == 0) {
        Wgmma<Element, kBlockM>::template ss<false>(product, a_step, b_step);
      } else {
        Wgmma<Element, kBlockM>::template ss<true>(product, a_step, b_step);
      }
    }
    wgmma_commit();
  }

  /// Starts dV += P^T dO.
  FLEX_DEVICE void multiply_d_values(u32 (&weights)[kPacked], float (&d_values)[kValueColumns / 2]) const {
    multiply_columns<kValueColumns>(weights, d_output_place(), d_values);
  }

  /// Starts dK += dS^T Q.
  FLEX_DEVICE void multiply_d_keys(u32 (&d_scores)[kPacked], float (&d_keys)[kHeadColumns / 2]) const {
    multiply_columns<kHeadColumns>(d_scores, q_place(), d_keys);
  }

  template <int kColumns>
  FLEX_DEVICE void multiply_columns(u32 (&factors)[kPacked], u32 queries, float (&sum)[kColumns / 2]) const {
    const u64 b = swizzled_operand(queries, kQueryGroupBytes);
    pin(factors);
    pin(sum);
    wgmma_fence();
    FLEX_UNROLL
    for (int q = 0; q < kQuerySteps; ++q) {
      Wgmma<Element, kColumns>::template rs<true>(sum, factors + 4 * q, b + q * kStep);
    }
    wgmma_commit();
  }

  /// Starts this warpgroup's part of dQ = dS K.
  FLEX_DEVICE void multiply_d_queries(float (&sum)[kPartValues]) const {
    const int rows = kPartsAreRows ? warpgroup * (kWarpgroupRows * kGroupRowBytes) : 0;
    const int column = kPartsAreRows ? 0 : warpgroup * kPartColumns;
    const int columns = column / kGroupColumns * kKeyGroupBytes + column % kGroupColumns * 2;
    const u64 a = swizzled_operand(score_place() + rows, kQueryGroupBytes);
    const u64 b = swizzled_operand(shared + columns, kKeyGroupBytes);
    pin(sum);
    wgmma_fence();
    FLEX_UNROLL
    for (int n = 0; n < kKeySteps; ++n) {
      const u64 a_step = a + n % 4 * 2 + n / 4 * (kQueryGroupBytes / 16);
      if (n == 0) {
        Wgmma<Element, kPartColumns>::template ss_transposed<false>(sum, a_step, b);
      } else {
        Wgmma<Element, kPartColumns>::template ss_transposed<true>(sum, a_step, b + n * kStep);
      }
    }
    wgmma_commit();
  }

  /// What the hooks need of a tile of one head.
  FLEX_DEVICE Hooks hooks_of(const Announcement& tile) const {
    return Hooks(arguments.problem.forward, variant, Position{work.b, tile.head}, staging.heads[stage()].read(0));
  }

  /// Calls visit(index, row, column, q, kv) for each of this thread's pairs of four neighbours: two queries by two
  /// keys, in the order of the accumulators. Both are in two parts, so that what does not depend on the second,
  /// which is known when this is compiled, is computed once.
  template <typename Visit>
  FLEX_DEVICE void visit_pairs(const Announcement& tile, int j, Visit visit) const {
    FLEX_UNROLL
    for (int c = 0; c < 2; ++c) {
      const Key q{tile.start + lane % 4 * 2, 8 * j + c};
      const Row row = staging.rows[stage()].read(lane % 4 * 2 + 8 * j + c);
      FLEX_UNROLL
      for (int r = 0; r < 2; ++r) {
        visit(4 * j + 2 * r + c, row, staging.columns[stage()].read(key + 8 * r), q,
              Key{work.start + key, 8 * r});
      }
    }
  }

  /// A pair's probability, and that times the derivative of the score method.
  struct Weight {
    float plain;
    float derived;
  };

  /// The weight of a pair. Where tiles are masked, one that is rejected or lies past the last query has none, whatever
  /// the variant makes of it: scores and derivatives may be anything there.
  template <bool kMasked>
  FLEX_DEVICE Weight weigh_pair(const Hooks& hooks, float dot, const Row& row, const Column& column, Key q, Key kv,
                                float lse) const {
    const ForwardArguments& problem = arguments.problem.forward;
    float derivative;
    const float score = hooks.template apply<kMasked>(dot, row, column, q, kv, derivative);
    float weight = exp2_approx(score * Hooks::log2_scale(problem) - lse);
    if constexpr (kMasked && Variant::kHasScore) weight = q < problem.q_length ? weight : 0.0f;
    if constexpr (!Variant::kHasDerivative) return {weight, weight};
    return {weight, kMasked && weight == 0.0f ? 0.0f : weight * derivative};
  }

  /// Scores become weights, packed, and weights times the derivatives of the score method. Where those are needed
  /// together with the gradients, the scores stay, and `learn` computes all of it a second time: there are no registers
  /// to keep both in.
  template <bool kMasked>
  FLEX_DEVICE void weigh(const Announcement& tile, float (&scores)[kScores], u32 (&weights)[kPacked]) const {
    const Hooks hooks = hooks_of(tile);
    FLEX_UNROLL
    for (int j = 0; j < kBlockM / 8; ++j) {
      const float2 lse = of_queries(pipeline.lse[stage()], j);
      float plain[4];
      visit_pairs(tile, j, [&](int i, const Row& row, const Column& column, Key q, Key kv) {
        const Weight weight =
            weigh_pair<kMasked>(hooks, scores[i], row, column, q, kv, i % 2 == 0 ? lse.x : lse.y);
        plain[i % 4] = weight.plain;
        if constexpr (!kKeepsDots) scores[i] = weight.derived;
      });
      FLEX_UNROLL
      for (int r = 0; r < 2; ++r) weights[2 * j + r] = pack<Element>(plain[2 * r], plain[2 * r + 1]);
    }
  }

  /// Of one of the rows' statistics, what this thread's two queries of eight have.
  FLEX_DEVICE float2 of_queries(const float* statistic, int j) const {
    return *reinterpret_cast<const float2*>(statistic + lane % 4 * 2 + 8 * j);
  }

  /// Adds to the gradients of the captures. What comes in as weights, or as scores where kKeepsDots, goes out as weights
  /// times the derivatives of the score method.
  template <bool kMasked>
  FLEX_DEVICE void learn(const Announcement& tile, float (&weights)[kScores], const float (&gradients)[kScores],
                         Sums& sums) const {
    const Hooks hooks = hooks_of(tile);
    sums.next_head(tile.head);
    FLEX_UNROLL
    for (int j = 0; j < kBlockM / 8; ++j) {
      const float2 lse = of_queries(pipeline.lse[stage()], j);
      const float2 delta = of_queries(pipeline.delta[stage()], j);
      visit_pairs(tile, j, [&](int i, const Row& row, const Column& column, Key q, Key kv) {
        const float dot = kKeepsDots ? weights[i] : 0.0f;
        Weight weight{weights[i], weights[i]};
        if constexpr (kKeepsDots) {
          weight = weigh_pair<kMasked>(hooks, dot, row, column, q, kv, i % 2 == 0 ? lse.x : lse.y);
        }
        const float gradient =
            score_gradient<Hooks::kMayReject>(weight.plain, gradients[i], i % 2 == 0 ? delta.x : delta.y);
        hooks.learn(dot, row, column, q, kv, gradient, sums);
        weights[i] = weight.derived;
      });
      sums.end_queries(8 * (j + 1));
    }
  }

  /// Weights and their gradients become gradients of scores.
  FLEX_DEVICE void differentiate(const float (&weights)[kScores], const float (&gradients)[kScores],
                                 u32 (&d_scores)[kPacked]) const {
    FLEX_UNROLL
    for (int j = 0; j < kBlockM / 8; ++j) {
      const float2 delta = of_queries(pipeline.delta[stage()], j);
      FLEX_UNROLL
      for (int r = 0; r < 2; ++r) {
        const int i = 4 * j + 2 * r;
        d_scores[2 * j + r] = pack<Element>(weights[i] * (gradients[i] - delta.x),
                                            weights[i + 1] * (gradients[i + 1] - delta.y));
      }
    }
  }

  /// The gradients of scores to shared memory, queries down and keys across.
  FLEX_DEVICE void store_scores(const u32 (&d_scores)[kPacked]) const {
    const int warp = threadIdx.x / 32 % 4;
    const int row = lane / 16 * 8 + lane % 8;
    const u32 place = score_place() + warpgroup * kQueryGroupBytes + row * kGroupRowBytes +
                      ((2 * warp + lane / 8 % 2) ^ lane % 8) * 16;
    FLEX_UNROLL
    for (int j = 0; j < kQuerySteps; ++j) {
      stmatrix_x4_transposed(place + j * 16 * kGroupRowBytes, d_scores[4 * j], d_scores[4 * j + 1], d_scores[4 * j + 2],
                             d_scores[4 * j + 3]);
    }
  }

  /// A part of the queries' gradients to shared memory, for the adder.
  FLEX_DEVICE void hand_over(const float (&sum)[kPartValues]) {
    const u32 place = shared + kSumPlace + warpgroup * kPartBytes + threadIdx.x % kWarpgroupThreads * 16;
    barrier_wait(pipeline.sum_empty[warpgroup], tiles % 2 ^ 1);
    FLEX_UNROLL
    for (int j = 0; j < kPartValues / 4; ++j) {
      asm volatile("st.shared.v4.f32 [%0], {%1, %2, %3, %4};" ::"r"(place + j * kWarpgroupThreads * 16),
                   "f"(sum[4 * j]), "f"(sum[4 * j + 1]), "f"(sum[4 * j + 2]), "f"(sum[4 * j + 3])
                   : "memory");
    }
    async_proxy_fence();
    arrive_warp(pipeline.sum_full[warpgroup]);
  }
};

}  // namespace flex::backward_sm90
