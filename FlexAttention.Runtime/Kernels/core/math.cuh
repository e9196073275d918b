// The operations of the variant language on floating-point numbers. Names hide CUDA's on purpose:
// generated code calls flex:: and nothing else.
#pragma once

#include "flex/config.cuh"
#include "flex/core/integer.cuh"
#include "flex/core/types.cuh"

namespace flex {

constexpr float kInfinity = __builtin_bit_cast(float, 0x7f800000);
constexpr float kLog2E = 1.4426950408889634f;
constexpr float kLn2 = 0.6931471805599453f;

/// 2^x by the special function unit: relative error 2^-22, denormals flushed.
FLEX_DEVICE float exp2_approx(float x) {
  float result;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
  return result;
}

FLEX_DEVICE float log2_approx(float x) {
  float result;
  asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
  return result;
}

/// The cheapest maximum: the other operand where one is NaN.
FLEX_DEVICE float fast_max(float x, float y) { return fmaxf(x, y); }

/// Propagates NaN, as Math.Min does.
FLEX_DEVICE float minimum(float x, float y) {
  float result;
  asm("min.NaN.f32 %0, %1, %2;" : "=f"(result) : "f"(x), "f"(y));
  return result;
}

/// Propagates NaN, as Math.Max does.
FLEX_DEVICE float maximum(float x, float y) {
  float result;
  asm("max.NaN.f32 %0, %1, %2;" : "=f"(result) : "f"(x), "f"(y));
  return result;
}

FLEX_DEVICE double minimum(double x, double y) { return x != x || y != y ? x + y : fmin(x, y); }
FLEX_DEVICE double maximum(double x, double y) { return x != x || y != y ? x + y : fmax(x, y); }

FLEX_DEVICE bool is_nan(float x) { return x != x; }
FLEX_DEVICE bool is_nan(double x) { return x != x; }
FLEX_DEVICE bool is_infinity(float x) { return fabsf(x) == kInfinity; }
FLEX_DEVICE bool is_infinity(double x) { return fabs(x) == static_cast<double>(kInfinity); }
FLEX_DEVICE bool is_finite(float x) { return fabsf(x) < kInfinity; }
FLEX_DEVICE bool is_finite(double x) { return fabs(x) < static_cast<double>(kInfinity); }

FLEX_DEVICE int sign(float x) { return (0.0f < x) - (x < 0.0f); }
FLEX_DEVICE int sign(double x) { return (0.0 < x) - (x < 0.0); }

// Fast by default, exact on request (MathMode.Exact): exp to 2 units in the last place, tanh to an
// absolute 2^-17, fast_div to 2 units in the last place. Plain div is exact always: a quotient of
// indices that is rounded down must not fall short.
FLEX_DEVICE float exp(float x) { return config::kExactMath ? expf(x) : exp2_approx(x * kLog2E); }
FLEX_DEVICE float exp2(float x) { return config::kExactMath ? exp2f(x) : exp2_approx(x); }
FLEX_DEVICE float div(float x, float y) { return x / y; }
FLEX_DEVICE float fast_div(float x, float y) {
  return config::kExactMath ? x / y : __fdividef(x, y);
}

FLEX_DEVICE float tanh(float x) {
  if (config::kExactMath) return tanhf(x);
  float result;
  asm("tanh.approx.f32 %0, %1;" : "=f"(result) : "f"(x));
  return result;
}

FLEX_DEVICE double exp(double x) { return ::exp(x); }
FLEX_DEVICE double exp2(double x) { return ::exp2(x); }
FLEX_DEVICE double div(double x, double y) { return x / y; }
FLEX_DEVICE double tanh(double x) { return ::tanh(x); }

#define FLEX_FLOAT_FUNCTION(name, single, both)         \
  FLEX_DEVICE float name(float x) { return single(x); } \
  FLEX_DEVICE double name(double x) { return both(x); }

FLEX_FLOAT_FUNCTION(abs, fabsf, ::fabs)
FLEX_FLOAT_FUNCTION(sqrt, sqrtf, ::sqrt)
FLEX_FLOAT_FUNCTION(rsqrt, rsqrtf, ::rsqrt)
FLEX_FLOAT_FUNCTION(cbrt, cbrtf, ::cbrt)
FLEX_FLOAT_FUNCTION(log, logf, ::log)
FLEX_FLOAT_FUNCTION(log2, log2f, ::log2)
FLEX_FLOAT_FUNCTION(log10, log10f, ::log10)
FLEX_FLOAT_FUNCTION(sin, sinf, ::sin)
FLEX_FLOAT_FUNCTION(cos, cosf, ::cos)
FLEX_FLOAT_FUNCTION(tan, tanf, ::tan)
FLEX_FLOAT_FUNCTION(asin, asinf, ::asin)
FLEX_FLOAT_FUNCTION(acos, acosf, ::acos)
FLEX_FLOAT_FUNCTION(atan, atanf, ::atan)
FLEX_FLOAT_FUNCTION(sinh, sinhf, ::sinh)
FLEX_FLOAT_FUNCTION(cosh, coshf, ::cosh)
FLEX_FLOAT_FUNCTION(asinh, asinhf, ::asinh)
FLEX_FLOAT_FUNCTION(acosh, acoshf, ::acosh)
FLEX_FLOAT_FUNCTION(atanh, atanhf, ::atanh)
FLEX_FLOAT_FUNCTION(floor, floorf, ::floor)
FLEX_FLOAT_FUNCTION(ceil, ceilf, ::ceil)
FLEX_FLOAT_FUNCTION(trunc, truncf, ::trunc)
FLEX_FLOAT_FUNCTION(round, rintf, ::rint)

#undef FLEX_FLOAT_FUNCTION

FLEX_DEVICE float pow(float x, float y) { return powf(x, y); }
FLEX_DEVICE double pow(double x, double y) { return ::pow(x, y); }
FLEX_DEVICE float atan2(float y, float x) { return atan2f(y, x); }
FLEX_DEVICE double atan2(double y, double x) { return ::atan2(y, x); }
FLEX_DEVICE float remainder(float x, float y) { return fmodf(x, y); }
FLEX_DEVICE double remainder(double x, double y) { return fmod(x, y); }
FLEX_DEVICE float copysign(float x, float y) { return copysignf(x, y); }
FLEX_DEVICE double copysign(double x, double y) { return ::copysign(x, y); }
FLEX_DEVICE float fma(float x, float y, float z) { return fmaf(x, y, z); }
FLEX_DEVICE double fma(double x, double y, double z) { return ::fma(x, y, z); }

}  // namespace flex
