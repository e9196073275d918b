namespace FlexAttention.Benchmarks.Suites.Cpu;

/// <summary>What is timed: one batch of H heads, as many queries as keys.</summary>
internal readonly record struct CpuShape(int Heads, int Length, int HeadDim)
{
    /// <summary>The shape of q, k, v and the output.</summary>
    public long[] Lengths => [1, Heads, Length, HeadDim];

    public override string ToString() => $"B=1 H={Heads} S={Length} D={HeadDim}";
}
