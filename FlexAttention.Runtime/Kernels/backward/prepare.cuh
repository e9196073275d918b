// Before the backward kernels: the statistics of each row of queries, and zeros where something is added up.
#pragma once

#include "flex/backward/targets.cuh"
#include "flex/backward/work.cuh"
#include "flex/config.cuh"
#include "flex/core/math.cuh"

namespace flex {

/// The grid is (padded_rows / kRows, q heads, batch).
template <typename Variant>
struct BackwardPrepare {
  using Arguments = BackwardUnitArguments<Variant>;
  using Element = config::Element;

  static constexpr int kThreads = 256;
  static constexpr int kMinBlocks = 1;
  static constexpr int kLanes = 8;                 // that share a row
  static constexpr int kRows = kThreads / kLanes;  // of a block
  static constexpr int kUnit = 16 / sizeof(Element);

  static FLEX_DEVICE void run(const Arguments& arguments, const Variant&) {
    const auto& problem = problem_of(arguments);
    write_statistics(problem);
    // Rows of sums are whole units of 64 floats.
    clear(reinterpret_cast<uint4*>(problem.dq_sum), problem.dq_sum_count / 4);
    clear(problem.damage, problem.damage_count);
    clear(problem.turns, problem.turn_count);
    if constexpr (config::kNeedsCaptures) {
      clear(problem.capture_sums, problem.capture_sum_count);
      clear_targets(problem.captures);
      if constexpr (config::kReproducible) note_largest(problem);
    }
  }

 private:
  static FLEX_DEVICE void write_statistics(const BackwardArguments& problem) {
    const ForwardArguments& forward = problem.forward;
    const Position head = {static_cast<int>(blockIdx.z), static_cast<int>(blockIdx.y)};
    const int q = blockIdx.x * kRows + threadIdx.x / kLanes;
    float delta = 0.0f;
    float lse = -kInfinity;
    if (q < forward.q_length) {
      const i64 row = (static_cast<i64>(head.b) * forward.q_heads + head.h) * forward.q_length + q;
      lse = forward.lse[row];
      if (threadIdx.x % kLanes == 0 && problem.d_lse != nullptr) delta = -problem.d_lse[row];
      const Element* output = static_cast<const Element*>(forward.o) + head.b * forward.o_stride[0] +
                              head.h * forward.o_stride[1] + q * forward.o_stride[2];
      delta += dot(output, d_output_of(problem, head) + q * problem.d_output_stride[2], forward.value_dim);
    }
    FLEX_UNROLL
    for (int lane = 1; lane < kLanes; lane *= 2) delta += __shfl_xor_sync(~0u, delta, lane);
    if (threadIdx.x % kLanes == 0) {
      const i64 row = workspace_row(problem, head) + q;
      problem.lse_log2[row] = lse == -kInfinity ? kInfinity : lse * kLog2E;
      problem.delta[row] = delta;
    }
  }

  /// The largest element of rows that have a gradient: what sums in fixed point are measured by.
  static FLEX_DEVICE void note_largest(const BackwardArguments& problem) {
    const ForwardArguments& forward = problem.forward;
    const Position head = {static_cast<int>(blockIdx.z), static_cast<int>(blockIdx.y)};
    const int q = blockIdx.x * kRows + threadIdx.x / kLanes;
    const i64 row = (static_cast<i64>(head.b) * forward.q_heads + head.h) * forward.q_length + q;
    float largest = 0.0f;
    if (q < forward.q_length && forward.lse[row] != -kInfinity) {
      if (problem.d_lse != nullptr) largest = finite_size(problem.d_lse[row]);
      const Element* d_output = d_output_of(problem, head) + q * problem.d_output_stride[2];
      for (int i = threadIdx.x % kLanes; i < forward.value_dim; i += kLanes) {
        largest = fmaxf(largest, finite_size(to_float(d_output[i])));
      }
    }
    const u32 bits = __reduce_max_sync(~0u, __float_as_uint(largest));
    if (threadIdx.x % 32 == 0 && bits > 0) atomicMax(problem.largest, bits);
  }

  static FLEX_DEVICE float finite_size(float value) { return is_finite(value) ? fabsf(value) : 0.0f; }

  /// This lane's part of the product of two rows.
  static FLEX_DEVICE float dot(const Element* x, const Element* y, int columns) {
    const int lane = threadIdx.x % kLanes;
    float sum = 0.0f;
    if constexpr (config::kAligned) {
      for (int i = lane * kUnit; i < columns; i += kLanes * kUnit) {
        alignas(16) Element left[kUnit];
        alignas(16) Element right[kUnit];
        *reinterpret_cast<uint4*>(left) = *reinterpret_cast<const uint4*>(x + i);
        *reinterpret_cast<uint4*>(right) = *reinterpret_cast<const uint4*>(y + i);
        FLEX_UNROLL
        for (int e = 0; e < kUnit; ++e) sum += to_float(left[e]) * to_float(right[e]);
      }
    } else {
      for (int i = lane; i < columns; i += kLanes) sum += to_float(x[i]) * to_float(y[i]);
    }
    return sum;
  }

  template <typename T>
  static FLEX_DEVICE void clear(T* items, i64 count) {
    for_each_in_grid(count, [items](i64 i) { items[i] = T(); });
  }

  static FLEX_DEVICE void clear_targets(const GradientTarget* targets) {
    for (int i = 0; i < Variant::kLearnables; ++i) {
      const GradientTarget& target = targets[i];
      for_each_in_grid(element_count(target), [&target](i64 element) { element_of(target, element) = 0.0f; });
    }
  }
};

}  // namespace flex
