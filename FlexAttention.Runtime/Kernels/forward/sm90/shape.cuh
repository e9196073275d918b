// The sizes of the Hopper forward kernel.
#pragma once

#include "flex/arch/warpgroup.cuh"
#include "flex/config.cuh"
#include "flex/core/types.cuh"

namespace flex::sm90 {

/// Columns of a group: a tile in shared memory is stored as groups of 64 columns, 128 bytes a row.
constexpr int kGroupColumns = 64;
constexpr int kGroupRowBytes = 128;

constexpr int kBlockM = config::kBlockM;
constexpr int kBlockN = config::kBlockN;
constexpr int kStages = config::kStages;
constexpr int kHeadGroups = ceil_div(config::kHeadDim, kGroupColumns);
constexpr int kValueGroups = ceil_div(config::kValueDim, kGroupColumns);

/// Warpgroup 0 produces, the others consume: 64 queries each.
constexpr int kThreads = config::kWarps * 32;
constexpr int kConsumers = kThreads / kWarpgroupThreads - 1;
constexpr int kConsumerWarps = kConsumers * 4;
constexpr int kWarpgroupRows = 64;
static_assert(kBlockM == kConsumers * kWarpgroupRows, "64 queries for each consumer warpgroup");
static_assert(kBlockN % 16 == 0 && kBlockN <= 256, "the tile of keys is a wgmma shape");

/// Registers of a thread after the producer has given up what it does not need. All of them together
/// are what the block starts with.
constexpr int kProducerRegisters = kConsumers == 3 ? 32 : kConsumers == 2 ? 40 : 56;
constexpr int kConsumerRegisters = kConsumers == 3 ? 160 : kConsumers == 2 ? 232 : 256;

/// Groups of one operand lie this far apart.
constexpr int kQGroupBytes = kBlockM * kGroupRowBytes;
constexpr int kKvGroupBytes = kBlockN * kGroupRowBytes;

constexpr int kQBytes = kHeadGroups * kQGroupBytes;
constexpr int kKBytes = kHeadGroups * kKvGroupBytes;
constexpr int kVBytes = kValueGroups * kKvGroupBytes;
constexpr int kOBytes = kValueGroups * kQGroupBytes;

/// Where each tile lies behind the first 1024-byte boundary of dynamic shared memory. The output takes the
/// place of the queries, unless the next tile's queries are to be read meanwhile.
constexpr int kQPlace = 0;
constexpr int kOPlace = config::kPersistent ? kQBytes : 0;
constexpr int kKPlace = config::kPersistent ? kQBytes + kOBytes : (kQBytes > kOBytes ? kQBytes : kOBytes);
constexpr int kVPlace = kKPlace + kStages * kKBytes;

}  // namespace flex::sm90
