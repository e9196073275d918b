using FlexAttention.Benchmarks.Peers;
using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Suites.Attention;

/// <summary>One variant on one shape.</summary>
internal sealed record AttentionCell(string Variant, ProblemShape Shape)
{
    public PeerCell ToPeers(string suite) => new(
        suite,
        Variant,
        Shape.Batch,
        Shape.QHeads,
        Shape.KvHeads,
        Shape.QLength,
        Shape.KvLength,
        Shape.HeadDim,
        InputSets.CountFor(Shape.Bytes),
        Catalogue.Window,
        PackedDocuments.TwelveStarts(Shape.KvLength));
}
