// Rows of gradients that came out infinite or NaN.
//
// The products multiply a rejected pair's probability, 0, with whatever its row holds, and 0 times infinity is
// NaN. What no pair may see (the padding of a batch, memory that was never written) must not leak: such a row is
// computed again, slowly, from the pairs that count alone.
#pragma once

#include "flex/backward/damage.cuh"
#include "flex/backward/gradient.cuh"
#include "flex/backward/work.cuh"
#include "flex/core/gradient_hooks.cuh"
#include "flex/core/visit_pairs.cuh"

namespace flex {

/// A row's sums, every 32nd column in a lane.
template <int kColumns>
struct RecoveredRow {
  float sums[ceil_div(kColumns, 32)];

  FLEX_DEVICE RecoveredRow() {
    FLEX_UNROLL
    for (float& sum : sums) sum = 0.0f;
  }

  FLEX_DEVICE void add(float factor, const config::Element* row, int columns) {
    FLEX_UNROLL
    for (int i = 0; i < ceil_div(kColumns, 32); ++i) {
      const int d = threadIdx.x % 32 + 32 * i;
      if (d < columns) sums[i] += factor * to_float(row[d]);
    }
  }

  /// Whether no further pair can change the row.
  FLEX_DEVICE bool lost(int columns) const {
    bool lost = true;
    FLEX_UNROLL
    for (int i = 0; i < ceil_div(kColumns, 32); ++i) {
      if (static_cast<int>(threadIdx.x % 32) + 32 * i < columns) lost = lost && is_nan(sums[i]);
    }
    return __all_sync(~0u, lost);
  }

  FLEX_DEVICE void write(config::Element* row, int columns, float factor) const {
    FLEX_UNROLL
    for (int i = 0; i < ceil_div(kColumns, 32); ++i) {
      const int d = threadIdx.x % 32 + 32 * i;
      if (d < columns) row[d] = from_float<config::Element>(sums[i] * factor);
    }
  }
};

/// Each block looks at kFlags flags; a warp computes a row.
template <typename Variant>
struct BackwardRecover {
  using Arguments = BackwardUnitArguments<Variant>;
  using Element = config::Element;
  using Hooks = GradientHooks<Variant>;
  using Row = typename Variant::Row;
  using Column = typename Variant::Column;

  static constexpr int kThreads = 256;
  static constexpr int kMinBlocks = 1;
  static constexpr int kFlags = 8;
  static constexpr int kWarps = kThreads / 32;

  const BackwardArguments& problem;
  const ForwardArguments& forward;
  const Variant& variant;

  static FLEX_DEVICE void run(const Arguments& arguments, const Variant& variant) {
    const BackwardArguments& problem = problem_of(arguments);
    const BackwardRecover recover{problem, problem.forward, variant};
    u32 flags[kFlags];
    FLEX_UNROLL
    for (int i = 0; i < kFlags; ++i) {
      const int flag = blockIdx.x * kFlags + i;
      flags[i] = flag < problem.damage_count ? problem.damage[flag] : 0;
    }
#pragma unroll 1
    for (int i = 0; i < kFlags; ++i) {
      if (pick(flags, i) != 0) recover.recover_rows(blockIdx.x * kFlags + i);
    }
  }

 private:
  FLEX_DEVICE void recover_rows(int flag) const {
    const int q_flags = ceil_div(forward.q_length, kDamageRows);
    const int kv_flags = ceil_div(forward.kv_length, kDamageRows);
    const int all_q_flags = forward.batch * forward.q_heads * q_flags;
    const bool queries = flag < all_q_flags;
    const int flags = queries ? q_flags : kv_flags;
    const int number = queries ? flag : flag - all_q_flags;
    const int head = number / flags;
    const int start = number % flags * kDamageRows;
    const int end = min(start + kDamageRows, queries ? forward.q_length : forward.kv_length);
    for (int row = start + threadIdx.x / 32; row < end; row += kWarps) {
      if (queries) {
        if constexpr (config::kNeedsQuery) recover_query(head, row);
      } else if constexpr (config::kNeedsKey || config::kNeedsValue) {
        recover_key(head, row);
      }
    }
  }

  static FLEX_DEVICE bool damaged(const Element* row, int columns) {
    bool finite = true;
    for (int d = threadIdx.x % 32; d < columns; d += 32) finite = finite && is_finite(to_float(row[d]));
    return !__all_sync(~0u, finite);
  }

  static FLEX_DEVICE float dot(const Element* x, const Element* y, int columns) {
    float sum = 0.0f;
    for (int d = threadIdx.x % 32; d < columns; d += 32) sum += to_float(x[d]) * to_float(y[d]);
    FLEX_UNROLL
    for (int lane = 1; lane < 32; lane *= 2) sum += __shfl_xor_sync(~0u, sum, lane);
    return sum;
  }

  /// A row of a dense tensor of gradients.
  static FLEX_DEVICE Element* row_of(void* gradients, int head, int rows, int row, int columns) {
    return gradient_of(gradients, head, rows, columns) + static_cast<i64>(row) * columns;
  }

  FLEX_DEVICE void recover_query(int index, int q) const {
    const Position head = {index / forward.q_heads, index % forward.q_heads};
    Element* target = row_of(problem.dq, index, forward.q_length, q, forward.head_dim);
    if (!damaged(target, forward.head_dim)) return;
    const Matrices matrices = Matrices::of(forward, head);
    const Hooks hooks(forward, variant, head);
    RecoveredRow<config::kHeadDim> row;
    visit_keys(forward, head, q, [&](int kv, bool masked) {
      if (row.lost(forward.head_dim)) return;
      const Pair pair = pair_of(hooks, matrices, q, kv, masked);
      if (pair.probability != 0.0f) row.add(pair.gradient, matrices.k + kv * forward.k_stride[2], forward.head_dim);
    });
    row.write(target, forward.head_dim, forward.scale);
  }

  FLEX_DEVICE void recover_key(int index, int kv) const {
    const int b = index / forward.kv_heads;
    const int group = forward.q_heads / forward.kv_heads;
    const int first = index % forward.kv_heads * group;
    Element* dk = row_of(problem.dk, index, forward.kv_length, kv, forward.head_dim);
    Element* dv = row_of(problem.dv, index, forward.kv_length, kv, forward.value_dim);
    const bool dk_damaged = config::kNeedsKey && damaged(dk, forward.head_dim);
    const bool dv_damaged = config::kNeedsValue && damaged(dv, forward.value_dim);
    if (!dk_damaged && !dv_damaged) return;
    RecoveredRow<config::kHeadDim> dk_row;
    RecoveredRow<config::kValueDim> dv_row;
#pragma unroll 1
    for (int h = first; h < first + group; ++h) {
      const Matrices matrices = Matrices::of(forward, {b, h});
      const Element* d_output = d_output_of(problem, {b, h});
      const Hooks hooks(forward, variant, {b, h});
      visit_queries({b, h}, kv, [&](int q, bool masked) {
        if (dk_row.lost(forward.head_dim) && dv_row.lost(forward.value_dim)) return;
        const Pair pair = pair_of(hooks, matrices, q, kv, masked);
        if (pair.probability == 0.0f) return;
        dk_row.add(pair.gradient, matrices.q + q * forward.q_stride[2], forward.head_dim);
        dv_row.add(pair.probability, d_output + q * problem.d_output_stride[2], forward.value_dim);
      });
    }
    if (dk_damaged) dk_row.write(dk, forward.head_dim, forward.scale);
    if (dv_damaged) dv_row.write(dv, forward.value_dim, 1.0f);
  }

  /// Calls visit(q, masked) for the queries that a key has by the block mask, or for all.
  template <typename Visit>
  FLEX_DEVICE void visit_queries(Position head, int kv, Visit visit) const {
    if constexpr (config::kBlockMask) {
      const ListRange partial = queries_of(forward, problem.partial_query_ranges, head, kv);
      const ListRange full = queries_of(forward, problem.full_query_ranges, head, kv);
      visit_blocks(partial, problem.partial_query_indices, forward.mask_q_block, forward.q_length, true, visit);
      visit_blocks(full, problem.full_query_indices, forward.mask_q_block, forward.q_length, false, visit);
    } else {
#pragma unroll 1
      for (int q = 0; q < forward.q_length; ++q) visit(q, true);
    }
  }

  struct Pair {
    float probability;
    float gradient;  // of the scaled dot product
  };

  FLEX_DEVICE Pair pair_of(const Hooks& hooks, const Matrices& matrices, int q, int kv, bool masked) const {
    const i64 statistics = workspace_row(problem, hooks.position) + q;
    const float product =
        dot(matrices.q + q * forward.q_stride[2], matrices.k + kv * forward.k_stride[2], forward.head_dim);
    const Row row = hooks.row(q);
    const Column column = hooks.column(kv);
    float derivative;
    const float score = masked ? hooks.template apply<true>(product, row, column, q, kv, derivative)
                               : hooks.template apply<false>(product, row, column, q, kv, derivative);
    const float probability = exp2_approx(score * Hooks::log2_scale(forward) - problem.lse_log2[statistics]);
    const float d_probability = dot(d_output_of(problem, hooks.position) + q * problem.d_output_stride[2],
                                    matrices.v + kv * forward.v_stride[2], forward.value_dim);
    const float gradient = score_gradient<true>(probability, d_probability, problem.delta[statistics]);
    return {probability, dot_gradient<true>(probability, gradient, derivative)};
  }
};

}  // namespace flex
