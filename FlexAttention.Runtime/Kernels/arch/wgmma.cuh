// wgmma.mma_async: a warpgroup multiplies 64 rows of A with B in shared memory; 16-bit operands, float
// accumulators. Needs sm_90a.
//
// Thread t of the warpgroup, with w = t / 32 and l = t % 32, holds of a 64 x N product in d[i]:
//   row 16 w + l / 4 + 8 (i / 2 % 2), column 8 (i / 4) + 2 (l % 4) + i % 2.
// That is also the layout of A in registers: four packed pairs of d make the fragment of 16 columns.
//
// The products run asynchronously: between `wgmma_fence` and the `wgmma_wait` that covers them neither
// accumulators nor register operands may be touched. Where the compiler cannot see that, it adds waits of
// its own and says "serialized" in its log.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

/// Rows of a product.
constexpr int kWarpgroupRows = 64;

/// Columns of a group: a tile in shared memory is stored as groups of 64 columns, 128 bytes a row.
constexpr int kGroupColumns = 64;
constexpr int kGroupRowBytes = 128;

/// Orders what was written to registers before the products that follow.
FLEX_DEVICE void wgmma_fence() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }

/// Closes a group of products.
FLEX_DEVICE void wgmma_commit() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }

/// Waits until at most kPending groups are in flight.
template <int kPending>
FLEX_DEVICE void wgmma_wait() {
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(kPending) : "memory");
}

/// Keeps the compiler from moving accesses to these registers across this point. Each statement takes the compiler time,
/// so that they go by eights and fours.
template <int kCount>
FLEX_DEVICE void pin(float (&d)[kCount]) {
  static_assert(kCount % 8 == 0, "accumulators come in eights");
  FLEX_UNROLL
  for (int i = 0; i < kCount; i += 8) {
    asm volatile(""
                 : "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3]), "+f"(d[i + 4]), "+f"(d[i + 5]),
                   "+f"(d[i + 6]), "+f"(d[i + 7])::"memory");
  }
}

template <int kCount>
FLEX_DEVICE void pin(u32 (&a)[kCount]) {
  static_assert(kCount % 4 == 0, "fragments come in fours");
  FLEX_UNROLL
  for (int i = 0; i < kCount; i += 4) {
    asm volatile("" : "+r"(a[i]), "+r"(a[i + 1]), "+r"(a[i + 2]), "+r"(a[i + 3])::"memory");
  }
}

/// Describes an operand in shared memory, in the 128-byte swizzle that TMA writes: groups of 64 columns,
/// `group_bytes` apart, each row of a group 128 bytes long. An address further on is a sum: everything in
/// the descriptor counts units of 16 bytes. K-major (the product contracts along rows, as Q K^T does) the
/// distance of the groups is not looked at; MN-major (it contracts along columns, as V in P V) it is.
FLEX_DEVICE u64 swizzled_operand(u32 address, int group_bytes) {
  constexpr u64 kSwizzle128 = 1ull << 62;
  constexpr u64 kEightRows = 1024 / 16;
  return kSwizzle128 | kEightRows << 32 | static_cast<u64>(group_bytes / 16) << 16 |
         (address & 0x3ffff) / 16;
}

/// The product with kN columns. `ss` takes both operands from shared memory, K-major, and `ss_group` a group of 64
/// columns of them; `ss_transposed` takes B MN-major; `rs` takes A from four registers, and B MN-major. Without
/// kAccumulate the accumulators are overwritten.
template <typename T, int kN>
struct Wgmma;

// The numbers of the accumulators among the operands, and the operands themselves, by eights.
#define FLEX_WGMMA_D1 "%0, %1, %2, %3, %4, %5, %6, %7"
#define FLEX_WGMMA_D2 FLEX_WGMMA_D1 ", %8, %9, %10, %11, %12, %13, %14, %15"
#define FLEX_WGMMA_D3 FLEX_WGMMA_D2 ", %16, %17, %18, %19, %20, %21, %22, %23"
#define FLEX_WGMMA_D4 FLEX_WGMMA_D3 ", %24, %25, %26, %27, %28, %29, %30, %31"
#define FLEX_WGMMA_D5 FLEX_WGMMA_D4 ", %32, %33, %34, %35, %36, %37, %38, %39"
#define FLEX_WGMMA_D6 FLEX_WGMMA_D5 ", %40, %41, %42, %43, %44, %45, %46, %47"
#define FLEX_WGMMA_D7 FLEX_WGMMA_D6 ", %48, %49, %50, %51, %52, %53, %54, %55"
#define FLEX_WGMMA_D8 FLEX_WGMMA_D7 ", %56, %57, %58, %59, %60, %61, %62, %63"
#define FLEX_WGMMA_D9 FLEX_WGMMA_D8 ", %64, %65, %66, %67, %68, %69, %70, %71"
#define FLEX_WGMMA_D10 FLEX_WGMMA_D9 ", %72, %73, %74, %75, %76, %77, %78, %79"
#define FLEX_WGMMA_D11 FLEX_WGMMA_D10 ", %80, %81, %82, %83, %84, %85, %86, %87"
#define FLEX_WGMMA_D12 FLEX_WGMMA_D11 ", %88, %89, %90, %91, %92, %93, %94, %95"
#define FLEX_WGMMA_D13 FLEX_WGMMA_D12 ", %96, %97, %98, %99, %100, %101, %102, %103"
#define FLEX_WGMMA_D14 FLEX_WGMMA_D13 ", %104, %105, %106, %107, %108, %109, %110, %111"
#define FLEX_WGMMA_D15 FLEX_WGMMA_D14 ", %112, %113, %114, %115, %116, %117, %118, %119"
#define FLEX_WGMMA_D16 FLEX_WGMMA_D15 ", %120, %121, %122, %123, %124, %125, %126, %127"
#define FLEX_WGMMA_EIGHT(i)                                                    \
  "+f"(d[8 * i]), "+f"(d[8 * i + 1]), "+f"(d[8 * i + 2]), "+f"(d[8 * i + 3]), \
      "+f"(d[8 * i + 4]), "+f"(d[8 * i + 5]), "+f"(d[8 * i + 6]), "+f"(d[8 * i + 7])
#define FLEX_WGMMA_O1 FLEX_WGMMA_EIGHT(0)
#define FLEX_WGMMA_O2 FLEX_WGMMA_O1, FLEX_WGMMA_EIGHT(1)
#define FLEX_WGMMA_O3 FLEX_WGMMA_O2, FLEX_WGMMA_EIGHT(2)
#define FLEX_WGMMA_O4 FLEX_WGMMA_O3, FLEX_WGMMA_EIGHT(3)
#define FLEX_WGMMA_O5 FLEX_WGMMA_O4, FLEX_WGMMA_EIGHT(4)
#define FLEX_WGMMA_O6 FLEX_WGMMA_O5, FLEX_WGMMA_EIGHT(5)
#define FLEX_WGMMA_O7 FLEX_WGMMA_O6, FLEX_WGMMA_EIGHT(6)
#define FLEX_WGMMA_O8 FLEX_WGMMA_O7, FLEX_WGMMA_EIGHT(7)
#define FLEX_WGMMA_O9 FLEX_WGMMA_O8, FLEX_WGMMA_EIGHT(8)
#define FLEX_WGMMA_O10 FLEX_WGMMA_O9, FLEX_WGMMA_EIGHT(9)
#define FLEX_WGMMA_O11 FLEX_WGMMA_O10, FLEX_WGMMA_EIGHT(10)
#define FLEX_WGMMA_O12 FLEX_WGMMA_O11, FLEX_WGMMA_EIGHT(11)
#define FLEX_WGMMA_O13 FLEX_WGMMA_O12, FLEX_WGMMA_EIGHT(12)
#define FLEX_WGMMA_O14 FLEX_WGMMA_O13, FLEX_WGMMA_EIGHT(13)
#define FLEX_WGMMA_O15 FLEX_WGMMA_O14, FLEX_WGMMA_EIGHT(14)
#define FLEX_WGMMA_O16 FLEX_WGMMA_O15, FLEX_WGMMA_EIGHT(15)

// A step of `ss`: 16 columns.
#define FLEX_WGMMA_STEP(name, n, eights, a, b, accumulates)              \
  "wgmma.mma_async.sync.aligned.m64n" #n "k16.f32." name "." name        \
  " {" FLEX_WGMMA_D##eights "}, " a ", " b ", " accumulates ", 1, 1, 0, 0;"

// p0 to p5 number the operands behind the accumulators.
#define FLEX_WGMMA(type, name, n, eights, p0, p1, p2, p3, p4, p5)                     \
  template <>                                                                         \
  struct Wgmma<type, n> {                                                             \
    template <bool kAccumulate>                                                       \
    static FLEX_DEVICE void ss(float (&d)[n / 2], u64 a, u64 b) {                     \
      asm volatile(                                                                   \
          "{.reg .pred p; setp.ne.b32 p, %" #p2 ", 0;"                                \
          FLEX_WGMMA_STEP(name, n, eights, "%" #p0, "%" #p1, "p") "}"                 \
          : FLEX_WGMMA_O##eights                                                      \
          : "l"(a), "l"(b), "n"(int(kAccumulate)));                                   \
    }                                                                                 \
    template <bool kAccumulate>                                                       \
    static FLEX_DEVICE void ss_group(float (&d)[n / 2], u64 a, u64 b) {               \
      asm volatile(                                                                   \
          "{.reg .pred p, t; .reg .b64 a, b;"                                         \
          "setp.ne.b32 p, %" #p2 ", 0; setp.eq.b32 t, 0, 0;"                          \
          FLEX_WGMMA_STEP(name, n, eights, "%" #p0, "%" #p1, "p")                     \
          "add.s64 a, %" #p0 ", 2; add.s64 b, %" #p1 ", 2;"                           \
          FLEX_WGMMA_STEP(name, n, eights, "a", "b", "t")                             \
          "add.s64 a, %" #p0 ", 4; add.s64 b, %" #p1 ", 4;"                           \
          FLEX_WGMMA_STEP(name, n, eights, "a", "b", "t")                             \
          "add.s64 a, %" #p0 ", 6; add.s64 b, %" #p1 ", 6;"                           \
          FLEX_WGMMA_STEP(name, n, eights, "a", "b", "t") "}"                         \
          : FLEX_WGMMA_O##eights                                                      \
          : "l"(a), "l"(b), "n"(int(kAccumulate)));                                   \
    }                                                                                 \
    template <bool kAccumulate>                                                       \
    static FLEX_DEVICE void ss_transposed(float (&d)[n / 2], u64 a, u64 b) {          \
      asm volatile(                                                                   \
          "{.reg .pred p; setp.ne.b32 p, %" #p2 ", 0;"                                \
          "wgmma.mma_async.sync.aligned.m64n" #n "k16.f32." name "." name             \
          " {" FLEX_WGMMA_D##eights "}, %" #p0 ", %" #p1 ", p, 1, 1, 0, 1;}"          \
          : FLEX_WGMMA_O##eights                                                      \
          : "l"(a), "l"(b), "n"(int(kAccumulate)));                                   \
    }                                                                                 \
    template <bool kAccumulate>                                                       \
    static FLEX_DEVICE void rs(float (&d)[n / 2], const u32* a, u64 b) {              \
      asm volatile(                                                                   \
          "{.reg .pred p; setp.ne.b32 p, %" #p5 ", 0;"                                \
          "wgmma.mma_async.sync.aligned.m64n" #n "k16.f32." name "." name             \
          " {" FLEX_WGMMA_D##eights "}, {%" #p0 ", %" #p1 ", %" #p2 ", %" #p3 "}, %" #p4 \
          ", p, 1, 1, 1;}"                                                            \
          : FLEX_WGMMA_O##eights                                                      \
          : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "n"(int(kAccumulate))); \
    }                                                                                 \
  };

#define FLEX_WGMMA_SHAPE(n, eights, ...)               \
  FLEX_WGMMA(bf16, "bf16", n, eights, __VA_ARGS__)     \
  FLEX_WGMMA(fp16, "f16", n, eights, __VA_ARGS__)

FLEX_WGMMA_SHAPE(16, 1, 8, 9, 10, 11, 12, 13)
FLEX_WGMMA_SHAPE(32, 2, 16, 17, 18, 19, 20, 21)
FLEX_WGMMA_SHAPE(48, 3, 24, 25, 26, 27, 28, 29)
FLEX_WGMMA_SHAPE(64, 4, 32, 33, 34, 35, 36, 37)
FLEX_WGMMA_SHAPE(80, 5, 40, 41, 42, 43, 44, 45)
FLEX_WGMMA_SHAPE(96, 6, 48, 49, 50, 51, 52, 53)
FLEX_WGMMA_SHAPE(112, 7, 56, 57, 58, 59, 60, 61)
FLEX_WGMMA_SHAPE(128, 8, 64, 65, 66, 67, 68, 69)
FLEX_WGMMA_SHAPE(144, 9, 72, 73, 74, 75, 76, 77)
FLEX_WGMMA_SHAPE(160, 10, 80, 81, 82, 83, 84, 85)
FLEX_WGMMA_SHAPE(176, 11, 88, 89, 90, 91, 92, 93)
FLEX_WGMMA_SHAPE(192, 12, 96, 97, 98, 99, 100, 101)
FLEX_WGMMA_SHAPE(208, 13, 104, 105, 106, 107, 108, 109)
FLEX_WGMMA_SHAPE(224, 14, 112, 113, 114, 115, 116, 117)
FLEX_WGMMA_SHAPE(240, 15, 120, 121, 122, 123, 124, 125)
FLEX_WGMMA_SHAPE(256, 16, 128, 129, 130, 131, 132, 133)

#undef FLEX_WGMMA_SHAPE
#undef FLEX_WGMMA

/// Starts A B^T over kSteps steps of 16 columns, both operands K-major and their groups so many bytes apart. A whole group
/// is one statement: that takes the compiler less time than four.
template <typename T, int kN, int kSteps>
FLEX_DEVICE void multiply_rows(float (&product)[kN / 2], u64 a, u64 b, int a_group_bytes, int b_group_bytes) {
  FLEX_UNROLL
  for (int step = 0; step < kSteps; step += 4) {
    const u64 a_group = a + step / 4 * (a_group_bytes / 16);
    const u64 b_group = b + step / 4 * (b_group_bytes / 16);
    if (step + 4 <= kSteps) {
      if (step == 0) {
        Wgmma<T, kN>::template ss_group<false>(product, a_group, b_group);
      } else {
        Wgmma<T, kN>::template ss_group<true>(product, a_group, b_group);
      }
      continue;
    }
    FLEX_UNROLL
    for (int rest = 0; rest < kSteps % 4; ++rest) {
      if (step + rest == 0) {
        Wgmma<T, kN>::template ss<false>(product, a_group, b_group);
      } else {
        Wgmma<T, kN>::template ss<true>(product, a_group + 2 * rest, b_group + 2 * rest);
      }
    }
  }
}

}  // namespace flex
