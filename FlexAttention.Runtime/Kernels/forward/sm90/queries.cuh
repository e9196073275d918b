// Which query of which head a row of a tile is.
#pragma once

#include "flex/core/arguments.cuh"
#include "flex/core/block_list.cuh"
#include "flex/forward/sm90/work.cuh"

namespace flex::sm90 {

/// A row of a tile. Past the last query of its head it is no row of the problem.
struct Query {
  Position position;
  int index;
};

/// Packed, a tile holds all queries of the heads that share keys, one head after the other: decoding then
/// reads keys and values once for all of them. Else its rows are queries of one head.
struct Queries {
  const ForwardArguments& problem;
  const Work& work;

  FLEX_DEVICE Query operator[](int row) const {
    if constexpr (config::kPackHeads) {
      const int head = row / problem.q_length;
      // The rows that are left over belong to no head; the first one's hooks serve them.
      if (head >= problem.q_heads / problem.kv_heads) return {work.head, problem.q_length};
      return {{work.head.b, work.head.h + head}, row - head * problem.q_length};
    } else {
      return {work.head, work.start + row};
    }
  }
};

/// How many heads the rows of a tile belong to.
constexpr int kTileHeads = config::kPackHeads ? kBlockM : 1;

/// The place of a row's head among them: packed, each row has its own.
FLEX_DEVICE int head_place(int row) { return config::kPackHeads ? row : 0; }

}  // namespace flex::sm90
