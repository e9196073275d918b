// What the host passes to the backward kernels: mirrored by structs of the same layout in C#.
#pragma once

#include "flex/config.cuh"
#include "flex/core/arguments.cuh"
#include "flex/core/fixed_sum.cuh"

namespace flex {

/// The rows of the workspace are filled up to a multiple of this, so that a kernel reads whole tiles of them.
constexpr int kRowMultiple = 128;

/// Rows of a flag in `damage`.
constexpr int kDamageRows = 64;

/// Where the gradient of a learnable capture goes: float32, whatever the capture's own type, and of its shape.
/// Dimensions past its rank have extent 1 and stride 0.
struct GradientTarget {
  float* data;
  int extent[4];
  i64 stride[4];  // in elements
};

FLEX_DEVICE i64 element_count(const GradientTarget& target) {
  return static_cast<i64>(target.extent[0]) * target.extent[1] * target.extent[2] * target.extent[3];
}

/// Where an element lies in a target; negative: nowhere.
template <typename... Index>
FLEX_DEVICE i64 offset_of(const GradientTarget& target, Index... indices) {
  const int index[] = {indices..., 0};
  bool in_range = true;
  i64 offset = 0;
  FLEX_UNROLL
  for (int d = 0; d < static_cast<int>(sizeof...(Index)); ++d) {
    in_range &= static_cast<u32>(index[d]) < static_cast<u32>(target.extent[d]);
    offset += index[d] * target.stride[d];
  }
  return in_range ? offset : -1;
}

struct BackwardArguments {
  ForwardArguments forward;  // o and lse are the forward's results, never null
  const void* d_output;      // [batch, q_heads, q_length, value_dim]
  const float* d_lse;        // [batch, q_heads, q_length] or null
  // Dense, of the elements' type; null where not wanted.
  void* dq;  // [batch, q_heads, q_length, head_dim]
  void* dk;  // [batch, kv_heads, kv_length, head_dim]
  void* dv;  // [batch, kv_heads, kv_length, value_dim]
  float* d_sinks;  // [q_heads] or null
  // The block mask by keys: two lists over rows (batch, head, key block) of query blocks in
  // increasing order, or null. `forward` has it by queries.
  const int* partial_query_ranges;
  const int* partial_query_indices;
  const int* full_query_ranges;
  const int* full_query_indices;
  // Workspace. Rows are (batch, q head) x padded_rows.
  float* lse_log2;    // lse * log2(e); +infinity for rows without a key and past the last query
  float* delta;       // rowsum(o * d_output) - d_lse; 0 past the last query
  float* dq_sum;      // sm_90: head_dim padded to 64 floats a row, in the kernel's own order
  u32* damage;        // a flag for kDamageRows rows of (batch, q head), then of (batch, kv head)
  u32* turns;         // sm_90, reproducible: one for each part of a tile of queries of (batch, q head)
  FixedSum* capture_sums;  // reproducible: of all captures' elements, one after another
  /// Reproducible captures: the bits of the largest finite size in d_output and d_lse; 0 before.
  u32* largest;
  i64 d_output_stride[3];  // batch, head, row, in elements
  i64 dq_sum_count;        // floats; 0 where there is none
  i64 capture_sum_count;
  int damage_count;
  int turn_count;
  int padded_rows;  // q_length rounded up to a multiple of kRowMultiple
};

/// A fixed-point sum of 1 stands for 2 to this power: 2^-36 of the largest element of d_output or d_lse, rounded
/// down to a power of two. What a pair of even a small weight adds keeps a float's accuracy, and what a warp
/// adds at once must be below 2^26 of it.
FLEX_DEVICE int capture_exponent(const BackwardArguments& arguments) {
  return static_cast<int>(*arguments.largest >> 23) - 127 - 36;
}

/// With the targets of a variant's learnable captures, in the order of their declaration.
template <int kLearnables>
struct LearnedBackwardArguments : BackwardArguments {
  GradientTarget captures[kLearnables > 0 ? kLearnables : 1];
};

/// The Hopper kernel's problem: tensor maps of (d, row, head, batch), whose boxes are 64 elements of
/// kBlockM rows (q, d_output), kBlockN rows (k, v) and 64 rows (dk, dv).
template <int kLearnables>
struct BackwardSm90Arguments {
  TensorMap q;
  TensorMap k;
  TensorMap v;
  TensorMap d_output;
  TensorMap dk;
  TensorMap dv;
  int group_heads;  // kv heads that go through their tiles together, for the L2 cache
  int kv_tiles;     // tiles of keys of a head
  LearnedBackwardArguments<kLearnables> problem;
};

/// What every backward kernel of a unit gets.
#if FLEX_HOPPER
template <typename Variant>
using BackwardUnitArguments = BackwardSm90Arguments<Variant::kLearnables>;
#else
template <typename Variant>
using BackwardUnitArguments = LearnedBackwardArguments<Variant::kLearnables>;
#endif

/// The problem in what any family's kernels get.
template <int kLearnables>
FLEX_DEVICE const LearnedBackwardArguments<kLearnables>& problem_of(
    const LearnedBackwardArguments<kLearnables>& arguments) {
  return arguments;
}

template <int kLearnables>
FLEX_DEVICE const LearnedBackwardArguments<kLearnables>& problem_of(
    const BackwardSm90Arguments<kLearnables>& arguments) {
  return arguments.problem;
}

static_assert(sizeof(ForwardArguments) % 8 == 0, "what follows it starts where C# has it");
static_assert(sizeof(BackwardArguments) % 8 == 0, "the captures start where C# has them");
static_assert(sizeof(GradientTarget) == 56, "mirrored in C#");

}  // namespace flex
