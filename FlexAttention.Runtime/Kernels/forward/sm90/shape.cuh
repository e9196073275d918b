// The sizes of the Hopper forward kernel.
#pragma once

#include "flex/arch/warpgroup.cuh"
#include "flex/arch/wgmma.cuh"
#include "flex/config.cuh"
#include "flex/core/types.cuh"

namespace flex::sm90 {

constexpr int kBlockM = config::kBlockM;
constexpr int kBlockN = config::kBlockN;
constexpr int kStages = config::kStages;
constexpr int kHeadGroups = ceil_div(config::kHeadDim, kGroupColumns);
constexpr int kValueGroups = ceil_div(config::kValueDim, kGroupColumns);

/// Warpgroup 0 produces, the others consume: 64 queries each.
constexpr int kThreads = config::kWarps * 32;
constexpr int kConsumers = kThreads / kWarpgroupThreads - 1;
constexpr int kConsumerWarps = kConsumers * 4;
static_assert(kBlockM == kConsumers * kWarpgroupRows, "64 queries for each consumer warpgroup");
static_assert(kBlockN % 16 == 0 && kBlockN <= 256, "the tile of keys is a wgmma shape");

/// Registers of a thread after the producer has given up what it does not need. All of them together
/// are what the block starts with. Large tiles leave the producer the least it can do with.
constexpr bool kLargeTile = kBlockN * 3 / 4 + config::kValueDim / 2 > 180;
constexpr int kProducerRegisters = kConsumers == 3 ? 32 : kConsumers == 2 ? (kLargeTile ? 24 : 40) : 56;
constexpr int kConsumerRegisters = kConsumers == 3 ? 160 : kConsumers == 2 ? (kLargeTile ? 240 : 232) : 256;

/// Groups of one operand lie this far apart.
constexpr int kQGroupBytes = kBlockM * kGroupRowBytes;
constexpr int kKvGroupBytes = kBlockN * kGroupRowBytes;

constexpr int kQBytes = kHeadGroups * kQGroupBytes;
constexpr int kKBytes = kHeadGroups * kKvGroupBytes;
constexpr int kVBytes = kValueGroups * kKvGroupBytes;
constexpr int kOBytes = kValueGroups * kQGroupBytes;

/// Where each tile lies behind the first 1024-byte boundary of dynamic shared memory. The output takes the
/// place of its queries. A persistent block has two such places, so that the next tile's queries can be read
/// meanwhile.
constexpr u32 kQBuffers = config::kPersistent ? 2 : 1;
constexpr u32 kPlans = kQBuffers;
constexpr int kQBufferBytes = kQBytes > kOBytes ? kQBytes : kOBytes;
constexpr int kKPlace = kQBuffers * kQBufferBytes;
constexpr int kVPlace = kKPlace + kStages * kKBytes;

}  // namespace flex::sm90
