// What the block mask kernels are told.
#pragma once

#include "flex/blockmask/bounds.cuh"

namespace flex {

/// Mirrored by BlockMaskArguments in C#. A row of blocks is one (batch, head, query block).
struct BlockMaskArguments {
  int* partial_offsets;  // [rows + 1]
  int* partial_indices;
  int* full_offsets;  // [rows + 1]
  int* full_indices;
  i64* totals;  // the numbers of partial and of full blocks
  BoundsTables tables;
  int rows;
  int heads;
  int q_length;
  int kv_length;
  int q_block;
  int kv_block;
  int slot;  // of the table that is built
};

}  // namespace flex
