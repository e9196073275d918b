// Marks of rows whose gradient came out infinite or NaN.
#pragma once

#include "flex/core/backward_arguments.cuh"
#include "flex/core/block_list.cuh"

namespace flex {

/// The flag of a query's row of dq.
FLEX_DEVICE u32* query_damage(const BackwardArguments& arguments, Position head, int q) {
  const int flags = ceil_div(arguments.forward.q_length, kDamageRows);
  return arguments.damage + (head.b * arguments.forward.q_heads + head.h) * flags + q / kDamageRows;
}

/// The flag of a key's rows of dk and dv.
FLEX_DEVICE u32* key_damage(const BackwardArguments& arguments, int b, int kv_head, int kv) {
  const ForwardArguments& forward = arguments.forward;
  const int query_flags = forward.batch * forward.q_heads * ceil_div(forward.q_length, kDamageRows);
  const int flags = ceil_div(forward.kv_length, kDamageRows);
  return arguments.damage + query_flags + (b * forward.kv_heads + kv_head) * flags + kv / kDamageRows;
}

}  // namespace flex
