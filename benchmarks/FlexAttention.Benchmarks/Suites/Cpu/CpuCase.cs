using FlexAttention.Cpu;

namespace FlexAttention.Benchmarks.Suites.Cpu;

/// <summary>One variant, ready to be called.</summary>
/// <param name="Name">The variant, and whether it has a block mask.</param>
/// <param name="Call">One call, which writes the inputs' output.</param>
/// <param name="Peer">What libtorch computes the same with.</param>
/// <param name="Score">The variant's score method in double, if it has one.</param>
/// <param name="Mask">The variant's mask method, if it has one.</param>
internal sealed record CpuCase(string Name, Action Call, PeerMask Peer, ScoreFunction? Score = null, MaskFunction? Mask = null)
{
    /// <summary>Whether the call computes gradients, too.</summary>
    public bool IsTraining { get; init; }
}
