namespace FlexAttention.Benchmarks.Harness;

/// <summary>One figure of the forward suite, as peers.py writes it, too.</summary>
/// <param name="Implementation">Who computed it: <c>ours</c>, or a peer.</param>
/// <param name="Device">The GPU.</param>
/// <param name="Variant">The variant's name.</param>
/// <param name="HeadDim">D, of q, k and v.</param>
/// <param name="Length">The number of queries and of keys.</param>
/// <param name="Milliseconds">The median of a call.</param>
/// <param name="Teraflops">10^12 operations a second, counting the pairs that the mask keeps.</param>
internal sealed record Measurement(
    string Implementation, string Device, string Variant, int HeadDim, int Length, double Milliseconds, double Teraflops);
