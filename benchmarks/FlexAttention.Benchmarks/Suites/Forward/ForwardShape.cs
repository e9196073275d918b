namespace FlexAttention.Benchmarks.Suites.Forward;

/// <summary>What is timed: B batches of H heads, as many queries as keys.</summary>
internal readonly record struct ForwardShape(int Batch, int Heads, int Length, int HeadDim)
{
    /// <summary>The shape of q, k, v and the output.</summary>
    public long[] Lengths => [Batch, Heads, Length, HeadDim];

    /// <summary>The operations of both products over the given number of (query, key) pairs a head.</summary>
    public double Operations(long pairs) => 4.0 * Batch * Heads * pairs * HeadDim;
}
