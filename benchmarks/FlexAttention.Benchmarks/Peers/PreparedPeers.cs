namespace FlexAttention.Benchmarks.Peers;

/// <summary>The peers of one cell.</summary>
internal sealed class PreparedPeers
{
    /// <summary>Those that can be timed.</summary>
    public List<PeerContender> Contenders { get; } = [];

    /// <summary>Those that cannot, and why.</summary>
    public SortedDictionary<string, string> Absent { get; } = new(StringComparer.Ordinal);

    /// <summary>For block masks: the partial and the full blocks that the peer found.</summary>
    public long[]? Blocks { get; set; }
}
