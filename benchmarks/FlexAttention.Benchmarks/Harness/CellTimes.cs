namespace FlexAttention.Benchmarks.Harness;

/// <summary>The medians of one cell, in milliseconds.</summary>
/// <param name="Ours">Ours.</param>
/// <param name="Peers">The peers', by name.</param>
/// <param name="PeerBlocks">For block masks: the partial and the full blocks that the peer found.</param>
internal sealed record CellTimes(double Ours, IReadOnlyDictionary<string, double> Peers, long[]? PeerBlocks);
