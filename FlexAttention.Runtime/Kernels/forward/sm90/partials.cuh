// What the parts of a row's keys give, where several blocks share them.
#pragma once

#include "flex/core/arguments.cuh"
#include "flex/core/block_list.cuh"
#include "flex/core/math.cuh"

namespace flex::sm90 {

/// A row's softmax over one part of its keys: the maximum in log2 units and the sum.
struct PartialSoftmax {
  float maximum;
  float sum;
};

/// In global memory: part by part, of every row of the problem the accumulated output, not yet divided by the
/// sum, and then, part by part, of every row the softmax. As large as `KeySplit.Bytes` in C# says.
struct Partials {
  static constexpr int kColumns = config::kValueDim;

  float* const outputs;
  PartialSoftmax* const softmaxes;
  const i64 rows;

  static FLEX_DEVICE Partials of(const ForwardSm90Arguments& arguments) {
    const ForwardArguments& problem = arguments.problem;
    const i64 rows = static_cast<i64>(problem.batch) * problem.q_heads * problem.q_length;
    float* outputs = static_cast<float*>(arguments.partials);
    return {outputs, reinterpret_cast<PartialSoftmax*>(outputs + arguments.parts * rows * kColumns), rows};
  }

  static FLEX_DEVICE i64 row_of(const ForwardArguments& problem, Position position, int q) {
    return (static_cast<i64>(position.b) * problem.q_heads + position.h) * problem.q_length + q;
  }

  FLEX_DEVICE float* output(int part, i64 row) const { return outputs + (part * rows + row) * kColumns; }
  FLEX_DEVICE PartialSoftmax& softmax(int part, i64 row) const { return softmaxes[part * rows + row]; }
};

}  // namespace flex::sm90
