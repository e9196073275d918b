namespace FlexAttention.Benchmarks.Suites.Cpu;

/// <summary>A peer's computation.</summary>
/// <param name="Run">One call.</param>
internal sealed record PeerCall(Action Run);
