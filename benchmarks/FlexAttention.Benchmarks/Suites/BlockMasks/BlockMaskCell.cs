using FlexAttention.Benchmarks.Peers;

namespace FlexAttention.Benchmarks.Suites.BlockMasks;

/// <summary>One mask over one length.</summary>
/// <param name="Variant">The mask's name.</param>
/// <param name="Length">The number of queries and of keys.</param>
/// <param name="Window">How many keys a query of the sliding window sees.</param>
/// <param name="DocumentStarts">The first token of each document.</param>
internal sealed record BlockMaskCell(string Variant, int Length, int Window, int[] DocumentStarts)
{
    public PeerCell ToPeers() => new("blockmask", Variant, 1, 1, 1, Length, Length, 0, 0, Window, DocumentStarts);
}
