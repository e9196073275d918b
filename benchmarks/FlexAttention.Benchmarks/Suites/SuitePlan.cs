using FlexAttention.Benchmarks.Harness;
using FlexAttention.Benchmarks.Problems;
using FlexAttention.Benchmarks.Results;

namespace FlexAttention.Benchmarks.Suites;

/// <summary>What a suite will time.</summary>
/// <param name="Cells">The cells.</param>
/// <param name="Time">Times some of them, ours beside the peers: a row after the other.</param>
internal sealed record SuitePlan(IReadOnlyList<Cell> Cells, Func<IReadOnlyList<Cell>, CudaDevice, CellTimer, IEnumerable<ResultRow>> Time);
