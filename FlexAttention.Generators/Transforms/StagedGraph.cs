using FlexAttention.Generators.Analysis;

namespace FlexAttention.Generators.Transforms;

/// <summary>A kernel's graph, with the values that are computed once for a tile, a row or a column.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Head">The members of <c>Head</c>, in order.</param>
/// <param name="Row">The members of <c>Row</c>.</param>
/// <param name="Column">The members of <c>Column</c>.</param>
/// <param name="Precision">How each node has to be computed.</param>
internal sealed record StagedGraph(
    KernelGraph Graph,
    IReadOnlyList<int> Head,
    IReadOnlyList<int> Row,
    IReadOnlyList<int> Column,
    IReadOnlyList<Precision> Precision)
{
    /// <summary>Which pairs share the elements that learn, in a graph with derivatives.</summary>
    public LearnedElements? Learned { get; init; }

    /// <summary>What the score comes out in.</summary>
    public ScoreUnit Unit { get; init; }

    /// <summary>What a score in log2 units lacks: a positive factor.</summary>
    public float Factor { get; init; } = 1;
}
