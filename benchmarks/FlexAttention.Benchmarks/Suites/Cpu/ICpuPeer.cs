using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Suites.Cpu;

/// <summary>Another implementation of attention on the CPU.</summary>
internal interface ICpuPeer
{
    /// <summary>Its version.</summary>
    string Version { get; }

    /// <summary>Copies the inputs; null where the peer cannot express the mask.</summary>
    PeerCall? Prepare(InputSet<float> inputs, CpuShape shape, CpuCase test);
}
