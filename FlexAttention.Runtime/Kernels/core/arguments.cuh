// What the host passes to the forward kernels: mirrored by structs of the same names in C#.
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
  // The block mask as two lists over rows (batch, head, query block), or null: row r's blocks are
  // indices[ranges[2 r] .. ranges[2 r + 1]]. Rows may share indices: of rows that are one run each, all do.
  const int* partial_ranges;
  const int* partial_indices;
  const int* full_ranges;
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

/// What the tensor memory accelerator knows of a tensor, as cuTensorMapEncodeTiled writes it.
struct alignas(64) TensorMap {
  u64 words[16];
};

/// The Hopper kernel's problem: q, k, v and the output as tensor maps of (d, row, head, batch), whose boxes
/// are 64 elements of kBlockM, kBlockN, kBlockN and 64 rows.
struct ForwardSm90Arguments {
  TensorMap q;
  TensorMap k;
  TensorMap v;
  TensorMap o;
  ForwardArguments problem;
  u32* counter;     // zero before and after a persistent kernel, which deals out its tiles by it
  int group_heads;  // query heads that go through their tiles together, for the L2 cache
  int q_tiles;      // tiles of queries of a head
  int work_count;   // tiles of queries of all heads and batches, times the parts of their keys
  int parts;        // into which the keys are divided; 1 if not at all
  void* partials;   // of more parts than one: what each gives of each row
};

}  // namespace flex
