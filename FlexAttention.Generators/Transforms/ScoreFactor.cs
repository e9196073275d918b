using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Transforms;

/// <summary>
/// Takes a positive constant that a score is multiplied by last, as a soft cap's is, out of the score: kernels multiply by it
/// where they subtract the maximum, at no cost.
/// </summary>
internal static class ScoreFactor
{
    /// <summary>The graph without the factor, and the factor, which is 1 where there is none.</summary>
    public static (KernelGraph Graph, float Factor) Split(KernelGraph graph)
    {
        if (graph.Score == KernelGraph.None || graph.Nodes[graph.Score] is not OperationNode { Op: IrOp.Multiply } product)
            return (graph, 1);
        (int left, int right) = (product.Arguments[0], product.Arguments[1]);
        return Positive(graph.Nodes[right]) is { } factor ? (graph with { Score = left }, factor)
            : Positive(graph.Nodes[left]) is { } other ? (graph with { Score = right }, other)
            : (graph, 1);
    }

    /// <summary>The value of a constant by which the order of scores stays what it is.</summary>
    private static float? Positive(IrNode node)
    {
        const double Least = 1e-18, Most = 1e18;
        return node is ConstantNode constant && constant.ToDouble() is >= Least and <= Most ? (float)constant.ToDouble() : null;
    }
}
