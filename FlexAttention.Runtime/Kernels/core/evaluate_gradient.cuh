// Runs what backward kernels call of a variant, one point a thread, to compare it with the CPU.
#pragma once

#include "flex/core/backward_arguments.cuh"
#include "flex/core/direct_sums.cuh"
#include "flex/core/pair_forms.cuh"

namespace flex {

/// Mirrored by EvaluateGradientArguments in C#.
template <int kLearnables>
struct EvaluateGradientArguments {
  const float* scores;
  const int* b;
  const int* h;
  const int* q;
  const int* kv;
  const float* gradients;  // by the variant's score
  float* derivatives;      // of that by the score that enters
  i64 count;
  GradientTarget captures[kLearnables > 0 ? kLearnables : 1];
};

template <typename Variant>
struct EvaluateGradient {
  using Arguments = EvaluateGradientArguments<Variant::kLearnables>;

  static constexpr int kThreads = 128;
  static constexpr int kMinBlocks = 1;

  static FLEX_DEVICE void run(const Arguments& arguments, const Variant& variant) {
    const int step = gridDim.x * blockDim.x;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < arguments.count; i += step) {
      const Hooks hooks{arguments, variant, i, arguments.b[i], arguments.h[i]};
      visit_form(arguments.q[i], arguments.kv[i], i, hooks);
    }
  }

 private:
  struct Targets {
    const Arguments& arguments;

    template <int kCapture, typename... Index>
    FLEX_DEVICE void add(float value, Index... indices) const {
      const GradientTarget& target = arguments.captures[kCapture];
      const i64 offset = offset_of(target, static_cast<int>(indices)...);
      if (offset >= 0) atomicAdd(target.data + offset, value);
    }
  };

  /// The hooks at one point.
  struct Hooks {
    const Arguments& arguments;
    const Variant& variant;
    int i;
    int b;
    int h;

    template <typename Q, typename Kv>
    FLEX_DEVICE void operator()(Q q, Kv kv) const {
      const float score = arguments.scores[i];
      const auto head = variant.head(1.0f, b, h);
      const auto row = variant.row(head, b, h, q);
      const auto column = variant.column(head, b, h, kv);
      float derivative = 1.0f;
      if constexpr (Variant::kHasDerivative) {
        variant.score_and_derivative(head, row, column, score, b, h, q, kv, derivative);
      }
      arguments.derivatives[i] = derivative;
      if constexpr (Variant::kLearnables > 0) {
        DirectSums<Variant, Targets> sums{{arguments}, variant, b, h};
        variant.learn(head, row, column, score, b, h, q, kv, arguments.gradients[i], sums);
      }
    }
  };
};

}  // namespace flex
