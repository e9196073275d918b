// Finds the blocks of one row from the lists of the same mask in other blocks, with queries and keys exchanged
// or not, a warp at work: the same as BlockCoarsener and BlockTransposer in C#. A block is full if every old
// block that it touches is full, empty if every one is empty, else partial.
#pragma once

#include "flex/blockmask/block_lists.cuh"

namespace flex {

struct RegroupedRow {
  const BlockTarget& target;
  const BlockSource& source;
  RowPlace place;

  /// The blocks from `first` on, up to 32.
  FLEX_DEVICE BlockBits blocks_from(int first) const {
    const int block = first + threadIdx.x % 32;
    return BlockBits::of(block < blocks_of_row(target) ? kind_of(keys_of(target, block, block + 1))
                                                          : BlockKind::kEmpty);
  }

  /// All blocks.
  template <typename Found>
  FLEX_DEVICE void visit(Found& found) const {
    for (int first = 0; first < blocks_of_row(target); first += 32) found.add(blocks_from(first), first);
  }

 private:
  /// The old blocks that an interval of queries or keys touches.
  static FLEX_DEVICE Interval<int> touched(Interval<int> range, int block) {
    return {range.low / block, range.high / block};
  }

  FLEX_DEVICE BlockKind kind_of(Interval<int> keys) const {
    const Interval<int> rows = touched(source.transposed ? keys : place.queries, source.q_block);
    const Interval<int> columns = touched(source.transposed ? place.queries : keys, source.kv_block);
    const int first_row = place.bh * ceil_div(source.transposed ? target.kv_length : target.q_length, source.q_block);
    const int width = columns.high - columns.low + 1;
    bool any = false, all = true;
    for (int row = first_row + rows.low; row <= first_row + rows.high; ++row) {
      const int full = count(source.lists.full_ranges[row], source.lists.full_indices, columns);
      all = all && full == width;
      any = any || full > 0 || count(source.lists.partial_ranges[row], source.lists.partial_indices, columns) > 0;
    }
    return !any ? BlockKind::kEmpty : all ? BlockKind::kFull : BlockKind::kPartial;
  }

  /// The entries of an ascending list that lie in an interval.
  static FLEX_DEVICE int count(int2 range, const int* list, Interval<int> columns) {
    return range.x == range.y ? 0 : first_above(range, list, columns.high) - first_above(range, list, columns.low - 1);
  }

  /// The place of the first entry of a list, which has some, that is greater than a number, or the list's end. Most
  /// numbers lie before or behind the whole list.
  static FLEX_DEVICE int first_above(int2 range, const int* list, int number) {
    if (number < list[range.x]) return range.x;
    if (number >= list[range.y - 1]) return range.y;
    int low = range.x + 1, high = range.y - 1;
    while (low < high) {
      const int middle = low + (high - low) / 2;
      if (list[middle] > number) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
};

}  // namespace flex
