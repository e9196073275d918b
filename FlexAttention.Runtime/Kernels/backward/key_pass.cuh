// Gradients of keys, values and captures: one tile of keys, against the tiles of queries that see it.
//
// Scores are held transposed, a warp's keys as rows: the probabilities and the gradients of the scores then are
// left operands of the products that make dV and dK as they stand, without a way through shared memory, and a
// warp has its keys for itself.
#pragma once

#include "flex/backward/damage.cuh"
#include "flex/backward/gradient.cuh"
#include "flex/backward/result.cuh"
#include "flex/backward/work.cuh"
#include "flex/core/gradient_hooks.cuh"
#include "flex/core/learned_sums.cuh"
#include "flex/core/tile_io.cuh"

namespace flex {

/// kKey, kValue, kCaptures: what this pass over the queries is for. Products: those of the family.
template <typename Products, typename Variant, bool kKey, bool kValue, bool kCaptures>
struct KeyPass {
  using Element = config::Element;
  using Arguments = LearnedBackwardArguments<Variant::kLearnables>;
  using Hooks = GradientHooks<Variant>;
  using Row = typename Variant::Row;
  using Column = typename Variant::Column;
  using Learned = LearnedSums<Variant, kCaptures && (Variant::kLearnables > 0)>;
  using Tiles = typename ChooseQueries<config::kBlockMask, Variant::kHasMask>::Type;

  static constexpr int kBlockM = config::kBlockM;
  static constexpr int kBlockN = config::kBlockN;
  static constexpr int kThreads = Products::kThreads;
  static constexpr int kKeys = Products::kRows;  // of a thread
  static constexpr int kStages = config::kStages;
  static constexpr bool kScoreGradient = kKey || kCaptures;
  static constexpr int kNoHead = -2;

  static constexpr int kStep = Products::kStep;
  static_assert(!PairLayout::kIsKnown || (kStep % PairLayout::kPart == 0 && PairLayout::kPart % 16 == 0),
                "sums over a step are written with it, and between two chunks");
  using Scores = typename Products::template Sums<kStep>;
  using QkLayout = TileLayout<config::kHeadDim>;
  using VoLayout = TileLayout<config::kValueDim>;
  static constexpr int kStageElements = kBlockM * (QkLayout::kStride + VoLayout::kStride);

  /// Where a head's rows lie.
  struct HeadRows {
    const Element* q;
    const Element* d_output;
    const float* lse;
    const float* delta;
  };

  /// What is shared: the addresses of a head, the statistics of a tile's queries, and what the variant computes of
  /// each.
  struct Statics {
    HeadRows head;
    alignas(16) float lse[kStages][kBlockM];
    alignas(16) float delta[kStages][kBlockM];
    Row rows[2][kBlockM];
  };

  /// What the variant computes once a head for this thread's keys.
  struct Head {
    Hooks hooks;
    Column columns[kKeys];
  };

  const Arguments& arguments;
  const Variant& variant;
  Statics& statics;
  Element* k_tile;
  Element* v_tile;
  Element* stages;  // Q, then dO, of each stage
  int stage = 0;
  int row_stage = 0;
  Tiles tiles;
  Learned learned;

  typename Products::template Sums<config::kHeadDim> dk;
  typename Products::template Sums<config::kValueDim> dv;

  FLEX_DEVICE KeyPass(const Arguments& arguments, const Variant& variant, Statics& statics, Element* shared)
      : arguments(arguments),
        variant(variant),
        statics(statics),
        k_tile(shared),
        v_tile(shared + kBlockN * QkLayout::kStride),
        stages(shared + kBlockN * (QkLayout::kStride + VoLayout::kStride)),
        tiles(arguments),
        learned(arguments, variant, KeyWork::b(arguments.forward)) {
    if constexpr (kKey) dk.clear();
    if constexpr (kValue) dv.clear();
  }

  /// This thread's key r.
  FLEX_DEVICE Key key(int r) const { return {KeyWork::start() + Products::first_row(), Products::row_offset(r)}; }

  FLEX_DEVICE void run() {
    __syncthreads();  // an earlier pass has written its results from where the keys come to lie
    load_keys();
    QueryTile tile = tiles.next();
    load(tile, 0, kNoHead);
    while (tile.valid()) tile = run_head(tile);
    cp_async_wait<0>();
    __syncthreads();  // without a tile of queries nobody has waited for the keys
    learned.flush();
    finish();
  }

 private:
  FLEX_DEVICE Position position(int h) const { return {KeyWork::b(arguments.forward), h}; }

  /// All tiles of one head; gives the first of the next.
  FLEX_DEVICE QueryTile run_head(QueryTile tile) {
    const int h = tile.head;
    Head head{Hooks(arguments.forward, variant, position(h))};
    FLEX_UNROLL
    for (int r = 0; r < kKeys; ++r) head.columns[r] = head.hooks.column(key(r));
    learned.next_head(h);
    if (threadIdx.x == 0) statics.head = rows_of(h);  // the last tile of the head before did not read them
    while (tile.head == h) {
      while (tile.head == h && tile.masked) tile = step<true>(tile, head);
      if constexpr (!Tiles::kAllMasked) {
        while (tile.head == h && !tile.masked) tile = step<false>(tile, head);
      }
    }
    return tile;
  }

  FLEX_DEVICE void load_keys() const {
    const ForwardArguments& forward = arguments.forward;
    const Matrices matrices = Matrices::of(forward, position(KeyWork::first_head(forward)));
    TileLoader<kBlockN, config::kHeadDim, kThreads>{k_tile, forward.k_stride[2], forward.kv_length, forward.head_dim}
        .load(matrices.k, KeyWork::start());
    if constexpr (kScoreGradient) {
      TileLoader<kBlockN, config::kValueDim, kThreads>{v_tile, forward.v_stride[2], forward.kv_length,
                                                       forward.value_dim}
          .load(matrices.v, KeyWork::start());
    }
  }

  FLEX_DEVICE Element* q_tile(int stage) const { return stages + stage * kStageElements; }
  FLEX_DEVICE Element* d_output_tile(int stage) const { return q_tile(stage) + kBlockM * QkLayout::kStride; }

  FLEX_DEVICE HeadRows rows_of(int h) const {
    const Position head = position(h);
    const i64 row = workspace_row(arguments, head);
    return {Matrices::of(arguments.forward, head).q, d_output_of(arguments, head), arguments.lse_log2 + row,
            arguments.delta + row};
  }

  /// Starts to read a tile of queries. The addresses of the current head wait in shared memory, behind a volatile
  /// pointer so that they stay there: they are needed once a tile, and registers are what this kernel lacks.
  FLEX_DEVICE void load(QueryTile tile, int stage, int current_head) const {
    if (tile.valid()) load_rows(tile.head == current_head ? current_rows() : rows_of(tile.head), tile.start, stage);
    cp_async_commit();
  }

  FLEX_DEVICE HeadRows current_rows() const {
    const volatile HeadRows& head = statics.head;
    return {head.q, head.d_output, head.lse, head.delta};
  }

  FLEX_DEVICE void load_rows(const HeadRows& head, int start, int stage) const {
    const ForwardArguments& forward = arguments.forward;
    TileLoader<kBlockM, config::kHeadDim, kThreads>{q_tile(stage), forward.q_stride[2], forward.q_length,
                                                    forward.head_dim}
        .load(head.q, start);
    TileLoader<kBlockM, config::kValueDim, kThreads>{d_output_tile(stage), arguments.d_output_stride[2],
                                                     forward.q_length, forward.value_dim}
        .load(head.d_output, start);
    for (int i = thread_index() * 4; i < kBlockM; i += kThreads * 4) {
      cp_async_16(shared_address(&statics.lse[stage][i]), head.lse + start + i, true);
      if constexpr (kScoreGradient) {
        cp_async_16(shared_address(&statics.delta[stage][i]), head.delta + start + i, true);
      }
    }
  }

  FLEX_DEVICE void fill_rows(const Hooks& hooks, int q_start) const {
    if constexpr (!__is_empty(Row)) {
      for (int i = thread_index(); i < kBlockM; i += kThreads) statics.rows[row_stage][i] = hooks.row(q_start + i);
    }
  }

  /// One tile of queries; gives the next. With two stages the next tile is read under all of this one.
  template <bool kMasked>
  FLEX_DEVICE QueryTile step(QueryTile tile, const Head& head) {
    fill_rows(head.hooks, tile.start);
    cp_async_wait<0>();
    __syncthreads();  // the queries are there, and the tile before has been read
    const QueryTile next = tiles.next();
    if constexpr (kStages == 2) load(next, 1 - stage, tile.head);

#pragma unroll 1  // or the loads of one step take the registers of another
    for (int first = 0; first < kBlockM; first += kStep) add_pairs<kMasked>(tile.start, first, head);

    if constexpr (kStages == 2) {
      stage = 1 - stage;
    } else {
      __syncthreads();  // the queries have been read
      load(next, 0, tile.head);
    }
    row_stage = 1 - row_stage;
    return next;
  }

  /// Adds the pairs with kStep queries, from `first` of the tile on.
  template <bool kMasked>
  FLEX_DEVICE void add_pairs(int q_start, int first, const Head& head) {
    const Element* q = q_tile(stage) + first * QkLayout::kStride;
    const Element* d_output = d_output_tile(stage) + first * VoLayout::kStride;
    Scores scores;
    Scores gradients;
    Products::template multiply_transposed<config::kHeadDim>(scores, k_tile, q);
    if constexpr (kScoreGradient) {
      Products::template multiply_transposed<config::kValueDim>(gradients, v_tile, d_output);
    }
    FLEX_UNROLL
    for (int chunk = 0; chunk < kStep / 16; ++chunk) {
      differentiate<kMasked>(q_start, first, chunk, head, scores, gradients);
      learned.end_queries(16 * (chunk + 1));
      if constexpr (kValue) Products::add(dv, {scores, chunk}, d_output + chunk * 16 * VoLayout::kStride);
      if constexpr (kKey) Products::add(dk, {gradients, chunk}, q + chunk * 16 * QkLayout::kStride);
    }
  }

  /// Of a chunk of queries: makes the scores probabilities, and of what the probabilities add to the loss what
  /// the scaled dot products add to it.
  template <bool kMasked>
  FLEX_DEVICE void differentiate(int q_start, int first, int chunk, const Head& head, Scores& scores,
                                 Scores& gradients) {
    constexpr bool kMayReject = kMasked || Variant::kHasScore;
    const float log2_scale = Hooks::log2_scale(arguments.forward);
    FLEX_UNROLL
    for (int i = 0; i < Products::kColumns; ++i) {
      const int offset = chunk * 16 + Products::column_offset(i);
      const int place = first + Products::first_column() + offset;
      const Key q{q_start + first + Products::first_column(), offset};
      const float lse = statics.lse[stage][place];
      const float delta = kScoreGradient ? statics.delta[stage][place] : 0.0f;
      Row row;
      if constexpr (!__is_empty(Row)) row = statics.rows[row_stage][place];
      // What the variant makes of a row past the last query may be anything.
      const bool inside = !kMasked || q < arguments.forward.q_length;
      FLEX_UNROLL
      for (int r = 0; r < kKeys; ++r) {
        const float dot = scores.at(r, chunk, i);
        float derivative;
        const float score = head.hooks.template apply<kMasked>(dot, row, head.columns[r], q, key(r), derivative);
        const float probability = inside ? exp2_approx(score * log2_scale - lse) : 0.0f;
        scores.at(r, chunk, i) = probability;
        if constexpr (kScoreGradient) {
          float& sum = gradients.at(r, chunk, i);
          const float gradient = score_gradient<kMayReject>(probability, sum, delta);
          if constexpr (kCaptures) head.hooks.learn(dot, row, head.columns[r], q, key(r), gradient, learned);
          sum = dot_gradient<kMayReject>(probability, gradient, derivative);
        }
      }
    }
  }

  FLEX_DEVICE void finish() {
    const ForwardArguments& forward = arguments.forward;
    const int head = KeyWork::head();
    const RowRange rows = {KeyWork::start(), forward.kv_length};
    u32 damaged = 0;
    if constexpr (kKey) {
      Element* matrix = gradient_of(arguments.dk, head, forward.kv_length, forward.head_dim);
      damaged |= write_result<Products, config::kHeadDim>(dk, forward.scale, k_tile, matrix, rows, forward.head_dim);
    }
    if constexpr (kValue) {
      Element* matrix = gradient_of(arguments.dv, head, forward.kv_length, forward.value_dim);
      damaged |= write_result<Products, config::kValueDim>(dv, 1.0f, v_tile, matrix, rows, forward.value_dim);
    }
    if constexpr (!Hooks::kMayReject) return;
    FLEX_UNROLL
    for (int r = 0; r < kKeys; ++r) {
      if ((damaged >> r & 1) != 0 && key(r) < forward.kv_length) {
        *key_damage(arguments, KeyWork::b(forward), KeyWork::kv_head(forward), key(r)) = 1;
      }
    }
  }
};

}  // namespace flex
