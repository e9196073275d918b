// What the block mask kernels are told.
#pragma once

#include "flex/blockmask/bounds.cuh"

namespace flex {

/// The lists of a block mask: row r's partial blocks are partial_indices[x .. y] of partial_ranges[r], and its
/// full blocks likewise. A row is one (batch, head, query block).
struct BlockLists {
  int2* partial_ranges;
  int* partial_indices;
  int2* full_ranges;
  int* full_indices;
};

/// Lists that are to be written. In lists by keys, queries and keys are exchanged.
struct BlockTarget {
  BlockLists lists;
  int room;           // entries that every row has room for in each list; 0: the ranges say where rows begin
  int warps_per_row;  // where there is room
  int rows;
  int q_length;
  int kv_length;
  int q_block;
  int kv_block;
};

/// The lists of the same mask in other blocks.
struct BlockSource {
  BlockLists lists;
  int q_block;
  int kv_block;
  int transposed;  // whether its rows are columns here
};

/// Mirrored by BlockMaskArguments in C#.
struct BlockMaskArguments {
  BlockTarget target;
  BlockTarget by_keys;  // the same blocks; without rows where they are not wanted
  BlockSource source;   // without lists: the mask itself is asked
  BoundsTables tables;
  int shared_places[BoundsTables::kMost];  // where in shared memory a table is built, in nodes; -1: in none
  i64* totals;                             // the numbers of partial and of full blocks
  int heads;
  int slot;  // of the table that is built
};

static_assert(sizeof(BlockMaskArguments) == 304, "BlockMaskArguments in C# has the same fields");

}  // namespace flex
