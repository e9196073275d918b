// stmatrix: four 8 x 8 matrices of 16-bit elements to shared memory, from the layout of an accumulator.
// Lane l gives the address of row l % 8 of matrix l / 8. Needs sm_90.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

FLEX_DEVICE void stmatrix_x4(u32 address, u32 r0, u32 r1, u32 r2, u32 r3) {
  asm volatile("stmatrix.sync.aligned.m8n8.x4.shared.b16 [%0], {%1, %2, %3, %4};" ::"r"(address), "r"(r0),
               "r"(r1), "r"(r2), "r"(r3)
               : "memory");
}

/// The same with each matrix transposed: what a thread holds of a row goes to a column.
FLEX_DEVICE void stmatrix_x4_transposed(u32 address, u32 r0, u32 r1, u32 r2, u32 r3) {
  asm volatile("stmatrix.sync.aligned.m8n8.x4.trans.shared.b16 [%0], {%1, %2, %3, %4};" ::"r"(address), "r"(r0),
               "r"(r1), "r"(r2), "r"(r3)
               : "memory");
}

}  // namespace flex
