// ldmatrix: four 8 x 8 matrices of 16-bit elements from shared memory. Lane l gives the address of
// row l % 8 of matrix l / 8; the matrices arrive in the fragment layout of mma.sync.
#pragma once

#include "flex/core/types.cuh"

namespace flex {

FLEX_DEVICE void ldmatrix_x4(u32 (&r)[4], u32 address) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(address));
}

FLEX_DEVICE void ldmatrix_x4_transposed(u32 (&r)[4], u32 address) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(address));
}

}  // namespace flex
