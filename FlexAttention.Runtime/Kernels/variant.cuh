// What a generated variant is written in.
#pragma once

#include "flex/config.cuh"
#if defined(FLEX_BLOCK_MASK)
#include "flex/blockmask/bounds.cuh"
#include "flex/blockmask/intervals.cuh"
#include "flex/blockmask/quotients.cuh"
#include "flex/blockmask/restrictions.cuh"
#endif
#include "flex/core/buffer.cuh"
#include "flex/core/checker.cuh"
#include "flex/core/key.cuh"
#include "flex/core/key_set.cuh"
#include "flex/core/math.cuh"
#include "flex/core/types.cuh"
