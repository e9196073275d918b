// The fundamental types of the kernels. No CUDA header is needed: NVRTC compiles this as it stands.
#pragma once

#define FLEX_DEVICE __device__ __forceinline__
#define FLEX_UNROLL _Pragma("unroll")

namespace flex {

using u8 = unsigned char;
using u16 = unsigned short;
using u32 = unsigned int;
using u64 = unsigned long long;
using i64 = long long;

/// IEEE half precision, as bits: arithmetic happens in float or in the tensor cores.
struct fp16 {
  u16 bits;
};

/// The upper half of a float, as bits.
struct bf16 {
  u16 bits;
};

template <typename T>
FLEX_DEVICE float to_float(T value) {
  return static_cast<float>(value);
}

template <>
FLEX_DEVICE float to_float(fp16 value) {
  float result;
  asm("cvt.f32.f16 %0, %1;" : "=f"(result) : "h"(value.bits));
  return result;
}

template <>
FLEX_DEVICE float to_float(bf16 value) {
  return __uint_as_float(static_cast<u32>(value.bits) << 16);
}

/// Rounds to the nearest value of T, ties to even.
template <typename T>
FLEX_DEVICE T from_float(float value);

template <>
FLEX_DEVICE float from_float<float>(float value) {
  return value;
}

template <>
FLEX_DEVICE fp16 from_float<fp16>(float value) {
  fp16 result;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(result.bits) : "f"(value));
  return result;
}

template <>
FLEX_DEVICE bf16 from_float<bf16>(float value) {
  bf16 result;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(result.bits) : "f"(value));
  return result;
}

/// Two floats rounded to T in one register, the first in the low half.
template <typename T>
FLEX_DEVICE u32 pack(float low, float high);

template <>
FLEX_DEVICE u32 pack<fp16>(float low, float high) {
  u32 result;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(result) : "f"(high), "f"(low));
  return result;
}

template <>
FLEX_DEVICE u32 pack<bf16>(float low, float high) {
  u32 result;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(result) : "f"(high), "f"(low));
  return result;
}

FLEX_DEVICE constexpr int ceil_div(int value, int divisor) { return (value + divisor - 1) / divisor; }

/// The 32-bit address of shared memory that PTX instructions take.
FLEX_DEVICE u32 shared_address(const void* pointer) {
  return static_cast<u32>(__cvta_generic_to_shared(pointer));
}

/// threadIdx.x, read anew on every call: what is needed once a tile must not occupy registers in
/// between.
FLEX_DEVICE int thread_index() {
  int index;
  asm volatile("mov.u32 %0, %%tid.x;" : "=r"(index));
  return index;
}

/// items[index] for an index that is not known at compile time, without sending the array to local
/// memory.
template <typename T, int kCount>
FLEX_DEVICE T pick(const T (&items)[kCount], int index) {
  T result = items[0];
  FLEX_UNROLL
  for (int i = 1; i < kCount; ++i) result = index == i ? items[i] : result;
  return result;
}

}  // namespace flex
