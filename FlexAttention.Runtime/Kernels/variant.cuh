// What a generated variant is written in.
#pragma once

#include "flex/config.cuh"
#include "flex/core/buffer.cuh"
#include "flex/core/checker.cuh"
#include "flex/core/key.cuh"
#include "flex/core/math.cuh"
#include "flex/core/types.cuh"
