using FlexAttention.Benchmarks.Harness;
using FlexAttention.Benchmarks.Peers;
using FlexAttention.Benchmarks.Results;

namespace FlexAttention.Benchmarks.Suites;

/// <summary>What a suite will time.</summary>
/// <param name="Cells">What the peers are asked for.</param>
/// <param name="Rows">Times ours beside them, a row after the other.</param>
internal sealed record SuitePlan(IReadOnlyList<PeerCell> Cells, Func<CudaDevice, CellTimer, IEnumerable<ResultRow>> Rows);
