namespace FlexAttention.Benchmarks.Suites.Cpu;

/// <summary>Another implementation of attention on the CPU.</summary>
internal interface ICpuPeer
{
    /// <summary>Its name and version.</summary>
    string Name { get; }

    /// <summary>Copies the inputs; null where the peer cannot express the mask.</summary>
    PeerCall? Prepare(CpuInputs inputs, CpuShape shape, PeerMask mask);
}
