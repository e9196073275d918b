// How the checked mode reports a captured access that C# would have found out of range.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

/// One access out of range. Mirrored by CheckRecord in C#; all zero before a run.
struct CheckRecord {
  int flag;  // 1: the rest is set
  int capture;
  int dimension;
  int b;
  int h;
  int q;
  int kv;
  int reserved;
  i64 index;
  i64 extent;
};

/// Reports the accesses of one pair. The first report of all wins, whichever thread makes it.
struct Checker {
  CheckRecord* record;
  int b;
  int h;
  int q;
  int kv;

  FLEX_DEVICE void index(int capture, int dimension, i64 index, i64 extent) {
    if (index >= 0 && index < extent) return;
    if (atomicCAS(&record->flag, 0, 1) != 0) return;
    record->capture = capture;
    record->dimension = dimension;
    record->b = b;
    record->h = h;
    record->q = q;
    record->kv = kv;
    record->index = index;
    record->extent = extent;
  }
};

}  // namespace flex
