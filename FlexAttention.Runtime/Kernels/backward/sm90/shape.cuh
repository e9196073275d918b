// The sizes of the Hopper backward kernel.
#pragma once

#include "flex/arch/warpgroup.cuh"
#include "flex/arch/wgmma.cuh"
#include "flex/config.cuh"
#include "flex/core/types.cuh"

namespace flex::backward_sm90 {

constexpr int kBlockM = config::kBlockM;  // queries
constexpr int kBlockN = config::kBlockN;  // keys
constexpr int kStages = config::kStages;
constexpr int kScoreStages = 2;

/// Head dimensions as the products see them: whole groups, zeros behind the tensor's last column.
constexpr int kHeadGroups = ceil_div(config::kHeadDim, kGroupColumns);
constexpr int kValueGroups = ceil_div(config::kValueDim, kGroupColumns);
constexpr int kHeadColumns = kHeadGroups * kGroupColumns;
constexpr int kValueColumns = kValueGroups * kGroupColumns;

/// Warpgroup 0 copies, the others multiply: 64 keys each.
constexpr int kThreads = config::kWarps * 32;
constexpr int kConsumers = kThreads / kWarpgroupThreads - 1;
constexpr int kConsumerWarps = kConsumers * 4;
static_assert(kBlockN == kConsumers * kWarpgroupRows, "64 keys for each consumer warpgroup");
static_assert(kConsumers <= 2, "two warps of the first warpgroup add up what the consumers hand over");

/// Waits for all consumers, by the barrier behind those of the consumer warpgroups.
FLEX_DEVICE void consumers_sync() {
  constexpr int kBarrier = kWarpgroupBarrier + kConsumers;
  asm volatile("bar.sync %0, %1;" ::"n"(kBarrier), "n"(kConsumers * kWarpgroupThreads) : "memory");
}

/// A part of the queries' gradients is what one warpgroup multiplies: 64 rows, or a share of the columns.
constexpr bool kPartsAreRows = kBlockM == kConsumers * kWarpgroupRows;
constexpr int kPartColumns = kPartsAreRows ? kHeadColumns : kHeadColumns / kConsumers;
constexpr int kPartFloats = kWarpgroupRows * kPartColumns;
constexpr int kPartBytes = kPartFloats * 4;
static_assert(kPartsAreRows || (kBlockM == kWarpgroupRows && kHeadColumns % kConsumers == 0),
              "parts are 64 queries each, or equal shares of the columns of 64");

/// Registers of a thread after the first warpgroup has given up what it does not need. Large tiles, and captures that
/// learn, leave it the least that it can do with.
constexpr bool kConsumersNeedMost = kBlockM > 64 || config::kNeedsCaptures;
constexpr int kProducerRegisters = kConsumersNeedMost ? 24 : 40;
constexpr int kConsumerRegisters = kConsumersNeedMost ? 240 : 232;

/// Groups of one operand lie this far apart.
constexpr int kQueryGroupBytes = kBlockM * kGroupRowBytes;
constexpr int kKeyGroupBytes = kBlockN * kGroupRowBytes;

constexpr int kKBytes = kHeadGroups * kKeyGroupBytes;
constexpr int kVBytes = kValueGroups * kKeyGroupBytes;
constexpr int kQBytes = kHeadGroups * kQueryGroupBytes;
constexpr int kDOutputBytes = kValueGroups * kQueryGroupBytes;
constexpr int kScoreBytes = kBlockM * kBlockN * 2;

/// Where each tile lies behind the first 1024-byte boundary of dynamic shared memory. The gradients of keys and
/// values take the places of these in the end.
constexpr int kVPlace = kKBytes;
constexpr int kQPlace = kVPlace + kVBytes;
constexpr int kDOutputPlace = kQPlace + kStages * kQBytes;
constexpr int kScorePlace = kDOutputPlace + kStages * kDOutputBytes;
constexpr int kSumPlace = kScorePlace + kScoreStages * kScoreBytes;

}  // namespace flex::backward_sm90
