namespace FlexAttention.Benchmarks.Suites.Cpu;

/// <summary>A peer's computation.</summary>
/// <param name="Run">One call.</param>
/// <param name="Result">The elements that the last call gave.</param>
internal sealed record PeerCall(Action Run, Func<float[]> Result);
