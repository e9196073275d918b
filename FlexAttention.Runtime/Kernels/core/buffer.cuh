// Captured buffers: the CUDA side of CaptureView.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

/// How an element of a captured buffer is read, and its type in a variant: halves become floats.
template <typename T>
struct ElementValue {
  using Type = T;
  static FLEX_DEVICE Type read(const T* address) { return __ldg(address); }
};

template <>
struct ElementValue<bool> {
  using Type = bool;
  static FLEX_DEVICE bool read(const bool* address) {
    return __ldg(reinterpret_cast<const u8*>(address)) != 0;
  }
};

template <>
struct ElementValue<fp16> {
  using Type = float;
  static FLEX_DEVICE float read(const fp16* address) {
    fp16 value;
    value.bits = __ldg(reinterpret_cast<const u16*>(address));
    return to_float(value);
  }
};

/// A captured buffer of one to four dimensions. An access outside the extents reads nothing and
/// gives zero, so that neither the edge of a tile nor a pair that the mask rejects can touch memory
/// that is not the buffer's.
template <typename T, int kRank>
struct alignas(8) Buffer {
  using Value = typename ElementValue<T>::Type;

  const T* data;
  int extent[4];
  int stride[4];

  FLEX_DEVICE Value operator()(int i) const {
    static_assert(kRank == 1, "one index per dimension");
    return read(inside(0, i), offset(0, i));
  }

  FLEX_DEVICE Value operator()(int i, int j) const {
    static_assert(kRank == 2, "one index per dimension");
    return read(inside(0, i) && inside(1, j), offset(0, i) + offset(1, j));
  }

  FLEX_DEVICE Value operator()(int i, int j, int k) const {
    static_assert(kRank == 3, "one index per dimension");
    return read(inside(0, i) && inside(1, j) && inside(2, k),
                offset(0, i) + offset(1, j) + offset(2, k));
  }

  FLEX_DEVICE Value operator()(int i, int j, int k, int l) const {
    static_assert(kRank == 4, "one index per dimension");
    return read(inside(0, i) && inside(1, j) && inside(2, k) && inside(3, l),
                offset(0, i) + offset(1, j) + offset(2, k) + offset(3, l));
  }

 private:
  FLEX_DEVICE bool inside(int dimension, int index) const {
    return static_cast<u32>(index) < static_cast<u32>(extent[dimension]);
  }

  FLEX_DEVICE i64 offset(int dimension, int index) const {
    return static_cast<i64>(index) * stride[dimension];
  }

  FLEX_DEVICE Value read(bool in_range, i64 element) const {
    return in_range ? ElementValue<T>::read(data + element) : Value();
  }
};

static_assert(sizeof(Buffer<float, 1>) == 40, "CaptureView and Buffer are the same 40 bytes");

}  // namespace flex
