// A consumer warpgroup: 64 queries, in registers from the scores to the output.
//
// The products of one step overlap the softmax of the other: while S of tile n is turned into P, the tensor
// cores add the values of tile n - 1, and what they do not get done then hides behind the other
// warpgroups' softmax.
#pragma once

#include "flex/arch/tma.cuh"
#include "flex/arch/warpgroup.cuh"
#include "flex/arch/wgmma.cuh"
#include "flex/core/hooks.cuh"
#include "flex/core/online_softmax.cuh"
#include "flex/forward/sm90/epilogue.cuh"
#include "flex/forward/sm90/pipeline.cuh"
#include "flex/forward/sm90/queries.cuh"
#include "flex/forward/sm90/staging.cuh"

namespace flex::sm90 {

template <typename Variant, typename Tiles>
struct Consumer {
  using Element = config::Element;
  using Hooks = VariantHooks<Variant>;
  using Row = typename Variant::Row;
  using Staging = flex::sm90::Staging<Variant>;

  static constexpr int kScores = kBlockN / 2;  // of a thread
  static constexpr int kOutputs = config::kValueDim / 2;
  static constexpr int kProbabilities = kBlockN / 4;  // packed in pairs
  static constexpr int kHeadSteps = config::kHeadDim / 16;
  static constexpr int kKeySteps = kBlockN / 16;
  // Rows of a packed tile need not belong to the same head.
  static constexpr int kContextHeads = config::kPackHeads ? 2 : 1;
  // A long softmax pays for order: the products of one warpgroup, started at one go, lie under the softmax of
  // the others, while two that mix keep both waiting. Where the special function unit is what all wait for,
  // or the softmax is short, turns cost more than they give.
  static constexpr bool kTakesTurns =
      kConsumers > 1 && config::kValueDim <= 128 && Variant::kHasScore && Variant::kSpecialFunctions == 0;
  // A mask that knows many keys at once takes a few instructions a row, and the check of the length one more.
  static constexpr bool kMasksKeySets = Variant::kHasMask && Variant::kMasksKeySets;
  // Any other mask leaves that check to the end, at no instruction for a pair, where registers allow it.
  static constexpr bool kChecksPairs = Variant::kHasMask && !kMasksKeySets && Variant::kSpecialFunctions > 0;
  // A maximum that is not the row's own would be reported.
  static constexpr bool kLazy = config::kLazyRescale && !config::kRowMax;

  /// A tile of scores, seen by this thread.
  struct Context {
    Query queries[kContextHeads];  // of the first row, or of both
    typename Variant::Head heads[kContextHeads];
    int kv;  // of its first column
    Row rows[2];
    float shifts[2];  // what the scores of each row lack, all the same

    FLEX_DEVICE int query(int r) const {
      return config::kPackHeads ? queries[r % kContextHeads].index : queries[0].index + 8 * r;
    }
  };

  const ForwardSm90Arguments& arguments;
  const Variant& variant;
  Pipeline& pipeline;
  Staging& staging;
  const u32 shared;
  u32 turn = 0;    // tiles of queries
  u32 keys = 0;    // tiles whose keys this thread has waited for
  u32 values = 0;  // tiles whose values it has released

  const int warpgroup = threadIdx.x / kWarpgroupThreads - 1;  // of the consumers
  const int lane = threadIdx.x % 32;
  // This thread's first row; the second is 8 further.
  const int row = (threadIdx.x - kWarpgroupThreads) / 32 * 16 + lane / 4;

  FLEX_DEVICE void run() {
    if (kTakesTurns && warpgroup == kConsumers - 1) pass_turn();
    if constexpr (config::kPersistent) {
      compute_all();
    } else {
      compute_one();
    }
    tma_store_wait();
  }

 private:
  /// Read anew where it is needed: registers are what this kernel lacks.
  FLEX_DEVICE const Plan& plan() const { return pipeline.plans[turn % kPlans]; }
  FLEX_DEVICE float log2_scale() const { return Hooks::log2_scale(arguments.problem); }
  FLEX_DEVICE RingPlace<kQBuffers> q_place() const { return RingPlace<kQBuffers>(turn); }

  FLEX_DEVICE void compute_one() {
    float scores[kScores];
    float output[kOutputs];
    u32 probabilities[kProbabilities];
    OnlineSoftmax<2, 4> softmax;
    clear(output);
    await_queries();
    if (plan().has_keys) {
      const Announcement first = await_keys();
      multiply_qk(scores);
      wgmma_wait<0>();
      pin(scores);
      visit(first, softmax, scores, probabilities, output);
      multiply_pv(probabilities, output);
      wgmma_wait<0>();
      pin(output);
    }
    finish(output, softmax);
  }

  /// The tiles of queries, one after the other. The first scores of the next are multiplied while an output
  /// is written. Products under a condition would keep the compiler from overlapping any, so that where
  /// there are no keys what lies in shared memory is multiplied, to no effect.
  FLEX_DEVICE void compute_all() {
    float scores[kScores];
    float output[kOutputs];
    u32 probabilities[kProbabilities];
    Announcement first = begin(scores);
    while (!plan().none) {
      const bool has_keys = plan().has_keys;
      OnlineSoftmax<2, 4> softmax;
      clear(output);
      wgmma_wait<0>();
      pin(scores);
      if (has_keys) {
        visit(first, softmax, scores, probabilities, output);
      } else {
        clear(probabilities);
        free_last_output();
      }
      multiply_pv(probabilities, output);
      ++turn;
      first = begin(scores);
      --turn;
      wgmma_wait<1>();
      pin(output);
      if (has_keys) release_values();
      finish(output, softmax);
      ++turn;
    }
    wgmma_wait<0>();
  }

  template <typename T, int kCount>
  static FLEX_DEVICE void clear(T (&values)[kCount]) {
    FLEX_UNROLL
    for (int i = 0; i < kCount; ++i) values[i] = 0;
  }

  /// Waits for a tile of queries and its first tile of keys, if there are any, and starts its first scores.
  FLEX_DEVICE Announcement begin(float (&scores)[kScores]) {
    await_queries();
    Announcement first{};
    if (!plan().none && plan().has_keys) first = await_keys();
    multiply_qk(scores);
    return first;
  }

  FLEX_DEVICE void await_queries() {
    pipeline.await_plan(turn);
    barrier_wait(pipeline.q_full[q_place().stage], q_place().parity);
  }

  FLEX_DEVICE Announcement await_keys() {
    const RingPlace<kStages> place(keys);
    barrier_wait(pipeline.k_full[place.stage], place.parity);
    return pipeline.tiles[place.stage];
  }

  FLEX_DEVICE void await_turn() const {
    if constexpr (kTakesTurns) flex::await_turn(warpgroup);
  }

  FLEX_DEVICE void pass_turn() const {
    if constexpr (kTakesTurns) give_turn((warpgroup + 1) % kConsumers);
  }

  FLEX_DEVICE void await_values() {
    const RingPlace<kStages> place(values);
    barrier_wait(pipeline.v_full[place.stage], place.parity);
  }

  /// All tiles of keys of one tile of queries, the first scores of which are there. A tile's values are
  /// multiplied under the scores of the next; the last ones are there, but not yet multiplied at the end.
  FLEX_DEVICE void visit(Announcement tile, OnlineSoftmax<2, 4>& softmax, float (&scores)[kScores],
                         u32 (&probabilities)[kProbabilities], float (&output)[kOutputs]) {
    float factors[2];
    const Context context = prepare(tile);
    release_keys();
    apply_hooks<true>(context, scores);
    advance(softmax, scores, context, factors);
    exponentiate(softmax, scores, context);
    pack_probabilities(scores, probabilities);
    free_last_output();

    // Masked tiles come before the others: a loop for each keeps the mask's code out of most steps.
    if constexpr (Tiles::kAllMasked || !Tiles::kFirstMasked) {
      while (Tiles::kAllMasked ? !tile.last : tile.next_masked) {
        tile = step<true>(softmax, scores, probabilities, output);
      }
    }
    if constexpr (!Tiles::kAllMasked) {
      while (!tile.last) tile = step<false>(softmax, scores, probabilities, output);
    }
    await_values();
  }

  /// One tile of keys: its scores are multiplied together with the values of the tile before.
  template <bool kMasked>
  FLEX_DEVICE Announcement step(OnlineSoftmax<2, 4>& softmax, float (&scores)[kScores],
                                u32 (&probabilities)[kProbabilities], float (&output)[kOutputs]) {
    float factors[2];
    const Announcement tile = await_keys();
    await_turn();
    multiply_qk(scores);
    await_values();
    multiply_pv(probabilities, output);
    pass_turn();
    const Context context = prepare(tile);
    wgmma_wait<1>();
    pin(scores);
    release_keys();
    apply_hooks<kMasked>(context, scores);
    advance(softmax, scores, context, factors);
    exponentiate(softmax, scores, context);
    wgmma_wait<0>();
    pin(output);
    pin(probabilities);
    release_values();
    pack_probabilities(scores, probabilities);
    rescale(output, factors);
    return tile;
  }

  /// Tells the producer that the output before this one has been read: its place can take queries again.
  FLEX_DEVICE void free_last_output() {
    if (!config::kPersistent || turn == 0 || threadIdx.x % kWarpgroupThreads != 0) return;
    tma_store_wait();
    barrier_arrive(pipeline.q_empty[RingPlace<kQBuffers>(turn - 1).stage]);
  }

  /// Starts S = Q K^T.
  FLEX_DEVICE void multiply_qk(float (&scores)[kScores]) {
    const RingPlace<kStages> place(keys);
    const u64 q = swizzled_operand(
        shared + q_place().stage * kQBufferBytes + warpgroup * (kWarpgroupRows * kGroupRowBytes),
        kQGroupBytes);
    const u64 k = swizzled_operand(shared + kKPlace + place.stage * kKBytes, kKvGroupBytes);
    pin(scores);
    wgmma_fence();
    multiply_rows<Element, kBlockN, kHeadSteps>(scores, q, k, kQGroupBytes, kKvGroupBytes);
    wgmma_commit();
  }

  /// Starts O += P V.
  FLEX_DEVICE void multiply_pv(u32 (&probabilities)[kProbabilities], float (&output)[kOutputs]) {
    const RingPlace<kStages> place(values);
    const u64 v = swizzled_operand(shared + kVPlace + place.stage * kVBytes, kKvGroupBytes);
    pin(probabilities);
    pin(output);
    wgmma_fence();
    FLEX_UNROLL
    for (int n = 0; n < kKeySteps; ++n) {
      constexpr int kStep = 16 * kGroupRowBytes / 16;
      Wgmma<Element, config::kValueDim>::template rs<true>(output, probabilities + 4 * n, v + n * kStep);
    }
    wgmma_commit();
  }

  FLEX_DEVICE void release_keys() {
    arrive_warp(pipeline.k_empty[RingPlace<kStages>(keys).stage]);
    ++keys;
  }

  FLEX_DEVICE void release_values() {
    arrive_warp(pipeline.v_empty[RingPlace<kStages>(values).stage]);
    ++values;
  }

  FLEX_DEVICE Hooks hooks_of(const Context& context, int r) const {
    const int i = r % kContextHeads;
    return Hooks(arguments.problem, variant, context.queries[i].position, context.heads[i]);
  }

  /// What the hooks need besides the scores, fetched while these are multiplied.
  FLEX_DEVICE Context prepare(const Announcement& tile) const {
    const Work& work = plan().work;
    const auto& rows = staging.rows[turn % kPlans];
    Context context{};
    context.kv = tile.start + lane % 4 * 2;
    FLEX_UNROLL
    for (int i = 0; i < kContextHeads; ++i) {
      context.queries[i] = Queries{arguments.problem, work}[row + 8 * i];
      context.heads[i] = staging.heads[turn % kPlans].read(head_place(row + 8 * i));
    }
    FLEX_UNROLL
    for (int r = 0; r < 2; ++r) {
      context.rows[r] = rows.read(row + 8 * r);
      context.shifts[r] = hooks_of(context, r).shift(context.rows[r], context.query(r), Key{context.kv, 0});
    }
    if constexpr (Staging::kColumns) {
      const RingPlace<Staging::kColumnStages> place(keys);
      barrier_wait(staging.columns_full[place.stage], place.parity);
    }
    return context;
  }

  /// Scores come to be what the variant makes of them.
  template <bool kMasked>
  FLEX_DEVICE void apply_hooks(const Context& context, float (&scores)[kScores]) const {
    constexpr bool kMasksPairs = kMasked && Variant::kHasMask && !kMasksKeySets;
    if constexpr (kMasksPairs || Hooks::kChangesScores) apply<kMasksPairs>(context, scores);
    if constexpr (!kMasked || kChecksPairs) return;
    // Without a mask it is the last tile alone that has keys past the last.
    if (!kMasksKeySets && context.kv + kBlockN <= arguments.problem.kv_length) return;
    FLEX_UNROLL
    for (int r = 0; r < 2; ++r) keep_permitted(context, r, scores);
  }

  /// Leaves of row r the scores of keys up to the last, and of those that the mask permits where it can be
  /// asked about sets of them.
  FLEX_DEVICE void keep_permitted(const Context& context, int r, float (&scores)[kScores]) const {
    FLEX_UNROLL
    for (int start = 0; start < kBlockN; start += KeySet::kWidth) {
      const KeySet keys{context.kv + start};
      KeyBits kept = keys < arguments.problem.kv_length;
      if constexpr (kMasksKeySets) {
        kept &= hooks_of(context, r).permitted(context.rows[r], context.query(r), keys);
      }
      FLEX_UNROLL
      for (int i = 0; i < KeySet::kBits && start / 4 + i < kScores / 2; ++i) {
        const int column = start / 4 + i;
        float& score = scores[column / 2 * 4 + 2 * r + column % 2];
        score = kept >> i & 1 ? score : -kInfinity;
      }
    }
  }

  /// The variant's hooks, column by column: what depends on the key alone serves both rows.
  template <bool kMasked>
  FLEX_DEVICE void apply(const Context& context, float (&scores)[kScores]) const {
    FLEX_UNROLL
    for (int j = 0; j < kBlockN / 8; ++j) {
      FLEX_UNROLL
      for (int c = 0; c < 2; ++c) {
        const Key kv{context.kv, 8 * j + c};
        FLEX_UNROLL
        for (int r = 0; r < 2; ++r) {
          const Hooks hooks = hooks_of(context, r);
          float& score = scores[4 * j + 2 * r + c];
          score = hooks.template apply_in_tile<kMasked, kChecksPairs>(
              score, context.rows[r], column(hooks, kv), context.query(r), kv);
        }
      }
    }
  }

  /// What the variant computes of a key: staged, or computed here where rows have heads of their own.
  FLEX_DEVICE typename Variant::Column column(const Hooks& hooks, Key kv) const {
    if constexpr (config::kPackHeads) {
      return hooks.column(kv);
    } else {
      // The keys have been counted already.
      return staging.columns[(keys - 1) % Staging::kColumnStages].read(lane % 4 * 2 + kv.offset);
    }
  }

  /// Takes a tile's scores into the running maxima.
  FLEX_DEVICE void advance(OnlineSoftmax<2, 4>& softmax, const float (&scores)[kScores],
                           const Context& context, float (&factors)[2]) const {
    FLEX_UNROLL
    for (int r = 0; r < 2; ++r) {
      float maximum = fast_max(scores[2 * r], scores[2 * r + 1]);
      FLEX_UNROLL
      for (int j = 1; j < kBlockN / 8; ++j) {
        maximum = fast_max(maximum, fast_max(scores[4 * j + 2 * r], scores[4 * j + 2 * r + 1]));
      }
      if constexpr (Hooks::kHasShift) maximum += context.shifts[r];
      factors[r] = softmax.template advance<kLazy>(r, maximum, log2_scale());
    }
  }

  /// Scores become probabilities relative to the running maxima, and join the sums.
  FLEX_DEVICE void exponentiate(OnlineSoftmax<2, 4>& softmax, float (&scores)[kScores],
                                const Context& context) const {
    const float scale = log2_scale();
    float references[2];
    FLEX_UNROLL
    for (int r = 0; r < 2; ++r) {
      references[r] = softmax.maximum[r];
      if constexpr (Hooks::kHasShift) references[r] -= context.shifts[r] * scale;
    }
    FLEX_UNROLL
    for (int i = 0; i < kScores; i += 2) {
      const int r = i / 2 % 2;
      scores[i] = exponential(scores[i] * scale - references[r], i);
      scores[i + 1] = exponential(scores[i + 1] * scale - references[r], i + 1);
      softmax.sum[r] += scores[i] + scores[i + 1];
    }
  }

  /// Where the score asks the special function unit for more than this, some exponentials go by the ordinary
  /// cores: of 16 three, or two at head dimensions up to 64, where these have less time to spare.
  static FLEX_DEVICE float exponential(float x, int i) {
    constexpr bool kShared = Variant::kSpecialFunctions > 0 && !config::kExactMath;
    constexpr int kShare = config::kValueDim > 64 ? 3 : 2;
    return kShared && i / 2 * kShare % 16 < kShare ? exp2_polynomial(x) : exp2_approx(x);
  }

  FLEX_DEVICE void pack_probabilities(const float (&scores)[kScores],
                                      u32 (&probabilities)[kProbabilities]) const {
    FLEX_UNROLL
    for (int i = 0; i < kProbabilities; ++i) {
      probabilities[i] = pack<Element>(scores[2 * i], scores[2 * i + 1]);
    }
  }

  /// Brings the output to the new maxima, unless none of this warp's has changed.
  FLEX_DEVICE void rescale(float (&output)[kOutputs], const float (&factors)[2]) const {
    if (!__any_sync(~0u, factors[0] != 1.0f || factors[1] != 1.0f)) return;
    FLEX_UNROLL
    for (int i = 0; i < kOutputs; ++i) output[i] *= factors[i / 2 % 2];
  }

  /// Writes the output. Its place and the plan are free when that is done.
  FLEX_DEVICE void finish(float (&output)[kOutputs], const OnlineSoftmax<2, 4>& softmax) const {
    const u32 place = shared + q_place().stage * kQBufferBytes;
    Epilogue<Variant>{arguments, variant, plan().work, place, log2_scale()}.finish(output, softmax);
    if (thread_index() % kWarpgroupThreads == 0) barrier_arrive(pipeline.plan_empty[turn % kPlans]);
  }
};

}  // namespace flex::sm90
