// Captured buffers: the CUDA side of CaptureView.
#pragma once

#include "flex/core/key.cuh"
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

  /// The element at an index for each dimension: an int or a Key.
  template <typename... Index>
  FLEX_DEVICE Value operator()(Index... indices) const {
    static_assert(sizeof...(Index) == kRank, "one index per dimension");
    const Key keys[] = {as_key(indices)...};
    bool in_range = true;
    i64 base = 0;
    FLEX_UNROLL
    for (int d = 0; d < kRank; ++d) {
      const int index = keys[d];
      in_range &= static_cast<u32>(index) < static_cast<u32>(extent[d]);
      base += static_cast<i64>(keys[d].base) * stride[d];
    }
    // What a tile's keys share is one address.
    const T* address = data + base;
    FLEX_UNROLL
    for (int d = 0; d < kRank; ++d) {
      if (keys[d].offset != 0) address = advance(address, stride[d], keys[d].offset);
    }
    return in_range ? ElementValue<T>::read(address) : Value();
  }

 private:
  static FLEX_DEVICE Key as_key(Key key) { return key; }
  static FLEX_DEVICE Key as_key(int index) { return {index, 0}; }

  /// address + stride * count, in one instruction: the compiler would rather regroup the sum, and add the
  /// shared address in for every element.
  static FLEX_DEVICE const T* advance(const T* address, int stride, int count) {
    const T* result;
    asm("mad.wide.s32 %0, %1, %2, %3;"
        : "=l"(result)
        : "r"(stride), "r"(count * static_cast<int>(sizeof(T))), "l"(address));
    return result;
  }
};

static_assert(sizeof(Buffer<float, 1>) == 40, "CaptureView and Buffer are the same 40 bytes");

}  // namespace flex
