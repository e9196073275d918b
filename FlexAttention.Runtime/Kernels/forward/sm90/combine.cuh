// Adds up the parts of the keys of each row. A warp takes a row.
#pragma once

#include "flex/core/hooks.cuh"
#include "flex/core/online_softmax.cuh"
#include "flex/core/recover.cuh"
#include "flex/forward/sm90/partials.cuh"

namespace flex {

template <typename Variant>
struct ForwardCombine {
  using Element = config::Element;
  using Hooks = VariantHooks<Variant>;
  using PartialSoftmax = sm90::PartialSoftmax;

  static constexpr int kThreads = 128;
  static constexpr int kMinBlocks = 1;
  static constexpr int kWidth = 4;  // columns that a lane reads at once
  static constexpr int kSteps = ceil_div(config::kValueDim, 32 * kWidth);

  const ForwardSm90Arguments& arguments;
  const Variant& variant;
  const ForwardArguments& problem;
  const sm90::Partials partials;
  const i64 row;
  const int lane;

  static FLEX_DEVICE void run(const ForwardSm90Arguments& arguments, const Variant& variant) {
    const sm90::Partials partials = sm90::Partials::of(arguments);
    const i64 row = static_cast<i64>(blockIdx.x) * (kThreads / 32) + threadIdx.x / 32;
    if (row >= partials.rows) return;
    ForwardCombine{arguments, variant, arguments.problem, partials, row, static_cast<int>(threadIdx.x % 32)}.combine();
  }

 private:
  FLEX_DEVICE void combine() const {
    const i64 head = row / problem.q_length;
    const Position position = {static_cast<int>(head / problem.q_heads), static_cast<int>(head % problem.q_heads)};
    const int q = static_cast<int>(row % problem.q_length);
    const PartialSoftmax whole = whole_softmax();
    float4 output[kSteps];
    add_outputs(whole.maximum, output);
    const float peak = whole.maximum == kLowest ? -kInfinity : whole.maximum;
    const float factor = finish_row(problem, position, q, peak, whole.sum, lane == 0);
    Element* target = static_cast<Element*>(problem.o) + position.b * problem.o_stride[0] +
                      position.h * problem.o_stride[1] + q * problem.o_stride[2];
    bool damaged = false;
    FLEX_UNROLL
    for (int i = 0; i < kSteps; ++i) {
      const float4 sums = output[i];
      // A row with no key left is 0 even where masked-out values are not finite.
      const float4 result = factor == 0.0f ? make_float4(0.0f, 0.0f, 0.0f, 0.0f)
                                           : make_float4(sums.x * factor, sums.y * factor, sums.z * factor, sums.w * factor);
      damaged = damaged || needs_recovery(factor, result.x + result.y + (result.z + result.w));
      if (column(i) < problem.value_dim) {
        *reinterpret_cast<uint2*>(target + column(i)) =
            make_uint2(pack<Element>(result.x, result.y), pack<Element>(result.z, result.w));
      }
    }
    if constexpr (Hooks::kMayReject) {
      if (!__any_sync(~0u, damaged)) return;
      __syncwarp();
      const Hooks hooks(problem, variant, position);
      recover_row(problem, hooks, q, whole.maximum, factor, Hooks::log2_scale(problem),
                  [target](int d, float value) { target[d] = from_float<Element>(value); });
    }
  }

  /// The first of the columns that this lane reads at step i.
  FLEX_DEVICE int column(int i) const { return kWidth * (lane + 32 * i); }

  /// What a part's sum and output count for in the whole: a part without keys has the lowest maximum.
  static FLEX_DEVICE float weight(float part_maximum, float maximum) { return exp2_approx(part_maximum - maximum); }

  FLEX_DEVICE PartialSoftmax whole_softmax() const {
    PartialSoftmax whole = {kLowest, 0.0f};
    for (int part = lane; part < arguments.parts; part += 32) {
      whole.maximum = fast_max(whole.maximum, partials.softmax(part, row).maximum);
    }
    FLEX_UNROLL
    for (int other = 1; other < 32; other *= 2) {
      whole.maximum = fast_max(whole.maximum, __shfl_xor_sync(~0u, whole.maximum, other));
    }
    for (int part = lane; part < arguments.parts; part += 32) {
      const PartialSoftmax softmax = partials.softmax(part, row);
      whole.sum += softmax.sum * weight(softmax.maximum, whole.maximum);
    }
    FLEX_UNROLL
    for (int other = 1; other < 32; other *= 2) whole.sum += __shfl_xor_sync(~0u, whole.sum, other);
    return whole;
  }

  FLEX_DEVICE void add_outputs(float maximum, float4 (&output)[kSteps]) const {
    FLEX_UNROLL
    for (int i = 0; i < kSteps; ++i) output[i] = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
#pragma unroll 8
    for (int part = 0; part < arguments.parts; ++part) {
      const float factor = weight(partials.softmax(part, row).maximum, maximum);
      const float* source = partials.output(part, row);
      FLEX_UNROLL
      for (int i = 0; i < kSteps; ++i) {
        if (column(i) >= config::kValueDim) continue;
        const float4 values = *reinterpret_cast<const float4*>(source + column(i));
        output[i].x += factor * values.x;
        output[i].y += factor * values.y;
        output[i].z += factor * values.z;
        output[i].w += factor * values.w;
      }
    }
  }
};

}  // namespace flex
