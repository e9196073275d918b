// What the host passes to the forward kernels: mirrored by ForwardArguments in C#.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

struct ForwardArguments {
  const void* q;
  const void* k;
  const void* v;
  void* o;
  float* lse;          // [batch, q_heads, q_length] or null
  float* row_max;      // the same
  const float* sinks;  // [q_heads] or null
  // Batch, head and row strides in elements; the last dimension is dense.
  i64 q_stride[3];
  i64 k_stride[3];
  i64 v_stride[3];
  i64 o_stride[3];
  // The block mask as two compressed lists over rows (batch, head, query block), or null.
  const int* partial_offsets;
  const int* partial_indices;
  const int* full_offsets;
  const int* full_indices;
  int batch;
  int q_heads;
  int kv_heads;
  int q_length;
  int kv_length;
  int head_dim;
  int value_dim;
  int mask_batch;  // 1: one block mask for every batch
  int mask_heads;  // 1: one for every head
  int mask_q_block;
  int mask_kv_block;
  float scale;
};

}  // namespace flex
