// Sums over the pairs of a warp whose query and key are equally far apart.
//
// A thread adds up its own: a key and a query that are both eight further are as far apart. What is left is a
// strip, eight keys by a part of the tile's queries, whose diagonals cross the lanes: it goes through shared
// memory, where each lane reads whole diagonals.
#pragma once

#include "flex/core/key.cuh"
#include "flex/core/pair_layout.cuh"

namespace flex::learned {

template <int kSums>
struct DiagonalSums {
  static constexpr int kExtra = 8 * (PairLayout::kKeys - 1);   // columns that a thread's later keys add
  static constexpr int kColumns = PairLayout::kPart + kExtra;
  static constexpr int kDiagonals = kColumns + 7;
  static constexpr int kSlots = kColumns / 4;                  // of a thread
  static constexpr int kBorder = 8;                            // zeros on both sides of a row
  // Rows of eight floats then lie in different banks.
  static constexpr int kPitch = (kColumns + 2 * kBorder + 31) / 32 * 32 + 8;

  using Strip = float[8][kPitch];

  float slots[kSums][kSlots] = {};
  int base = 0;  // the distance of this thread's first query of the part from its first key

  static FLEX_DEVICE Strip& strip() {
    alignas(16) __shared__ Strip strips[PairLayout::kWarps];  // pairs of floats are written
    return strips[PairLayout::warp()];
  }

  /// Makes the borders zero, for good.
  FLEX_DEVICE DiagonalSums() {
    float* row = &strip()[0][0];
    for (int i = thread_index() % 32; i < 8 * kPitch; i += 32) row[i] = 0.0f;
    __syncwarp();
  }

  template <int kSum>
  FLEX_DEVICE void add(float value, Key q, Key kv) {
    const int part = PairLayout::part_of(q.offset);
    const int column = q.offset - part - kv.offset + kExtra;
    slots[kSum][column / 8 * 2 + column % 2] += value;
    base = q.base + part - kv.base;
  }

  /// Gives the sum of each diagonal to `write(distance, totals)`, and starts anew.
  template <typename Write>
  FLEX_DEVICE void flush(Write write) {
    constexpr int kRounds = (kDiagonals + 31) / 32;
    float totals[kRounds][kSums];
    FLEX_UNROLL
    for (int i = 0; i < kSums; ++i) {
      store(slots[i]);
      __syncwarp();
      FLEX_UNROLL
      for (int round = 0; round < kRounds; ++round) {
        totals[round][i] = diagonal(thread_index() % 32 + 32 * round);
      }
      __syncwarp();
    }
    const int first = base - 2 * PairLayout::query_lane() + PairLayout::key_lane() - kExtra - 7;
    FLEX_UNROLL
    for (int round = 0; round < kRounds; ++round) {
      const int i = thread_index() % 32 + 32 * round;
      if (i < kDiagonals) write(first + i, totals[round]);
    }
  }

 private:
  FLEX_DEVICE void store(float (&slots)[kSlots]) const {
    float* row = &strip()[PairLayout::key_lane()][kBorder + 2 * PairLayout::query_lane()];
    FLEX_UNROLL
    for (int i = 0; i < kSlots; i += 2) {
      *reinterpret_cast<float2*>(row + i * 4) = make_float2(slots[i], slots[i + 1]);
      slots[i] = slots[i + 1] = 0.0f;
    }
  }

  /// The sum of what lies `index` - 7 columns to the right of the first row's first, and one further in each
  /// row.
  static FLEX_DEVICE float diagonal(int index) {
    float sum = 0.0f;
    FLEX_UNROLL
    for (int row = 0; row < 8; ++row) {
      const int column = kBorder - 7 + index + row;
      if (column < kPitch) sum += strip()[row][column];
    }
    return sum;
  }
};

/// Nothing is summed so.
template <>
struct DiagonalSums<0> {
  template <typename Write>
  FLEX_DEVICE void flush(Write) {}
};

}  // namespace flex::learned
