// The operations of the variant language on floating-point numbers. Names hide CUDA's on purpose:
// generated code calls flex:: and nothing else. Each is as accurate as CUDA's, whatever the MathMode.
#pragma once

#include "flex/config.cuh"
#include "flex/core/integer.cuh"
#include "flex/core/types.cuh"

namespace flex {

constexpr float kInfinity = __builtin_bit_cast(float, 0x7f800000);
constexpr float kNaN = __builtin_bit_cast(float, 0x7fc00000);
constexpr float kLowest = __builtin_bit_cast(float, 0xff7fffff);  // of the finite numbers
constexpr float kLog2E = 1.4426950408889634f;
constexpr float kLn2 = 0.6931471805599453f;

/// 2^x by the special function unit: relative error 2^-22, denormals flushed.
FLEX_DEVICE float exp2_approx(float x) {
  float result;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
  return result;
}

/// 2^x on the ordinary cores, in nine instructions: relative error 2^-13, and 0 from -126.5 down.
FLEX_DEVICE float exp2_polynomial(float x) {
  float bounded;
  asm("max.NaN.f32 %0, %1, %2;" : "=f"(bounded) : "f"(x), "f"(-127.0f));
  // Added to 1.5 * 2^23, the integer part lands in the last bits.
  constexpr float kRound = 12582912.0f;
  const float shifted = bounded + kRound;
  const float fraction = bounded - (shifted - kRound);
  float power = fmaf(0.0551716691f, fraction, 0.242611122f);
  power = fmaf(power, fraction, 0.693260985f);
  power = fmaf(power, fraction, 0.999928074f);
  // A product, where adding to the exponent would do, keeps NaN and makes 0 of -127.
  return power * __uint_as_float((__float_as_uint(shifted) << 23) + 0x3f800000u);
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

// What has to be exact to the bit: sums and products that the compiler may not fuse, so that a
// comparison of positions decides as it does in C#.
FLEX_DEVICE float add(float x, float y) { return __fadd_rn(x, y); }
FLEX_DEVICE double add(double x, double y) { return __dadd_rn(x, y); }
FLEX_DEVICE float sub(float x, float y) { return __fsub_rn(x, y); }
FLEX_DEVICE double sub(double x, double y) { return __dsub_rn(x, y); }
FLEX_DEVICE float mul(float x, float y) { return __fmul_rn(x, y); }
FLEX_DEVICE double mul(double x, double y) { return __dmul_rn(x, y); }
FLEX_DEVICE float rem(float x, float y) { return fmodf(x, y); }
FLEX_DEVICE double rem(double x, double y) { return fmod(x, y); }

#define FLEX_FLOAT_FUNCTION(name, single, both)         \
  FLEX_DEVICE float name(float x) { return single(x); } \
  FLEX_DEVICE double name(double x) { return both(x); }

FLEX_FLOAT_FUNCTION(abs, fabsf, ::fabs)
FLEX_FLOAT_FUNCTION(sqrt, sqrtf, ::sqrt)
FLEX_FLOAT_FUNCTION(rsqrt, rsqrtf, ::rsqrt)
FLEX_FLOAT_FUNCTION(cbrt, cbrtf, ::cbrt)
FLEX_FLOAT_FUNCTION(exp, expf, ::exp)
FLEX_FLOAT_FUNCTION(exp2, exp2f, ::exp2)
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
FLEX_FLOAT_FUNCTION(tanh, tanhf, ::tanh)
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
FLEX_DEVICE float copysign(float x, float y) { return copysignf(x, y); }
FLEX_DEVICE double copysign(double x, double y) { return ::copysign(x, y); }
FLEX_DEVICE float fma(float x, float y, float z) { return fmaf(x, y, z); }
FLEX_DEVICE double fma(double x, double y, double z) { return ::fma(x, y, z); }

/// What a pair adds to the gradient of what its score is made of. A derivative where the pair has no part may
/// be NaN.
FLEX_DEVICE float contribution(float gradient, float derivative) {
  return gradient == 0.0f ? 0.0f : gradient * derivative;
}

// Approximations of what flows into a score and decides nothing; exact on request (MathMode.Exact).
// exp, exp2, log, log2, sqrt and div are good to a few units in the last place of a float (log near 1,
// sin and cos: absolutely, to 2^-21), tanh to a relative 2^-11.
FLEX_DEVICE float fast_div(float x, float y) {
  return config::kExactMath ? x / y : __fdividef(x, y);
}
FLEX_DEVICE float fast_exp(float x) {
  return config::kExactMath ? expf(x) : exp2_approx(x * kLog2E);
}
FLEX_DEVICE float fast_exp2(float x) { return config::kExactMath ? exp2f(x) : exp2_approx(x); }
FLEX_DEVICE float fast_log(float x) { return config::kExactMath ? logf(x) : log2_approx(x) * kLn2; }
FLEX_DEVICE float fast_log2(float x) { return config::kExactMath ? log2f(x) : log2_approx(x); }

FLEX_DEVICE float fast_sqrt(float x) {
  if (config::kExactMath) return sqrtf(x);
  float result;
  asm("sqrt.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
  return result;
}

FLEX_DEVICE float fast_tanh(float x) {
  if (config::kExactMath) return tanhf(x);
  float result;
  asm("tanh.approx.f32 %0, %1;" : "=f"(result) : "f"(x));
  return result;
}

/// x^y; the logarithm is accurate, since an x that is the same for many pairs has it computed once.
FLEX_DEVICE float fast_pow(float x, float y) {
  if (config::kExactMath) return powf(x, y);
  const float power = y == 0.0f ? 1.0f : exp2_approx(y * log2f(fabsf(x)));
  if (x >= 0.0f) return power;
  const bool is_odd = rintf(0.5f * y) != 0.5f * y;
  return rintf(y) != y ? kNaN : is_odd ? -power : power;
}

/// An angle brought near 0 by whole turns, where the hardware's sin and cos are accurate.
FLEX_DEVICE float reduce_angle(float x) {
  const float turns = rintf(x * 0.15915494f);
  const float high = fmaf(turns, -6.2831855f, x);
  return fmaf(turns, 1.7484556e-7f, high);
}

FLEX_DEVICE float fast_sin(float x) {
  return config::kExactMath ? sinf(x) : __sinf(reduce_angle(x));
}
FLEX_DEVICE float fast_cos(float x) {
  return config::kExactMath ? cosf(x) : __cosf(reduce_angle(x));
}

}  // namespace flex
