// What the block mask kernels are told.
#pragma once

#include "flex/blockmask/bounds.cuh"

namespace flex {

/// Mirrored by BlockMaskArguments in C#. A row of blocks is one (batch, head, query block).
struct BlockMaskArguments {
  int2* partial_ranges;  // [rows]: row r's partial blocks are partial_indices[x .. y]
  int* partial_indices;
  int2* full_ranges;
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
