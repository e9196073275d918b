using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Analysis;

/// <summary>One product that is added to the score, or subtracted from it.</summary>
/// <param name="Node">The product.</param>
/// <param name="IsSubtracted">Its sign.</param>
internal readonly record struct ShiftTerm(int Node, bool IsSubtracted);

/// <summary>
/// Finds the products of a key and a coefficient that are terms of the score. A tile's keys share the larger part of such
/// a product, so that a kernel can add that to the row's maximum instead of to every score.
/// </summary>
internal sealed class ShiftTerms
{
    private readonly KernelGraph _graph;
    private readonly KeyForms _keys;
    private readonly int[] _uses;
    private readonly List<ShiftTerm> _terms = [];

    private ShiftTerms(KernelGraph graph, KeyForms keys)
    {
        _graph = graph;
        _keys = keys;
        _uses = new int[graph.Nodes.Count];
        foreach (int node in graph.Nodes.SelectMany(static node => node.Operands()).Concat(graph.Results))
            _uses[node]++;
    }

    public static IReadOnlyList<ShiftTerm> Of(KernelGraph graph, KeyForms keys)
    {
        var search = new ShiftTerms(graph, keys);
        if (graph.Score != KernelGraph.None)
            search.Visit(graph.Score, isSubtracted: false);
        return search._terms;
    }

    /// <summary>What else uses a value needs all of it.</summary>
    private void Visit(int node, bool isSubtracted)
    {
        if (_uses[node] != 1)
            return;
        if (_keys.ScaledKey(node) is var (_, key) && _graph.Nodes[key] is not OperationNode { Op: IrOp.Abs })
            _terms.Add(new ShiftTerm(node, isSubtracted));
        if (_graph.Nodes[node] is not OperationNode { Op: IrOp.Add or IrOp.Subtract } sum)
            return;
        Visit(sum.Arguments[0], isSubtracted);
        Visit(sum.Arguments[1], isSubtracted ^ (sum.Op == IrOp.Subtract));
    }
}
