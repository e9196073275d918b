using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Analysis;

/// <summary>
/// Finds which pairs share the elements that they read of a capture: a kernel adds up what such pairs contribute before it writes.
/// </summary>
internal static class LearnedElements
{
    /// <summary>Which pairs read an element whose indices are these.</summary>
    public static ElementReach ReachOf(KernelGraph graph, EquatableArray<int> indices)
    {
        Uses[] uses = UsesOf(graph.Nodes);
        return indices.Aggregate(Uses.None, (all, index) => all | uses[index]) switch
        {
            Uses.None => ElementReach.Head,
            Uses.Query => ElementReach.Query,
            Uses.Key => ElementReach.Key,
            Uses.Distance => ElementReach.Distance,
            _ => ElementReach.Pair,
        };
    }

    /// <summary>What has to be computed for every pair: all but the indices of elements that pairs share.</summary>
    public static IEnumerable<int> NeededByPairs(KernelGraph graph, KernelGradient gradient) => gradient.OfPairs.Concat(
        gradient.ByCapture
            .Where(item => ReachOf(graph, item.Indices) == ElementReach.Pair)
            .SelectMany(static item => item.Indices));

    /// <summary>Whether a node is the distance of a query from a key: 1 for <c>q - kv</c>, −1 for <c>kv - q</c>, else 0.</summary>
    public static int DistanceSign(EquatableArray<IrNode> nodes, int node) =>
        nodes[node] is OperationNode { Op: IrOp.Subtract, Type: IrType.Int32, Arguments: var sides }
            ? (nodes[sides[0]], nodes[sides[1]]) switch
            {
                (IndexNode { Index: IrIndex.Query }, IndexNode { Index: IrIndex.Key }) => 1,
                (IndexNode { Index: IrIndex.Key }, IndexNode { Index: IrIndex.Query }) => -1,
                _ => 0,
            }
            : 0;

    private static Uses[] UsesOf(EquatableArray<IrNode> nodes)
    {
        var uses = new Uses[nodes.Count];
        for (int i = 0; i < uses.Length; i++)
        {
            uses[i] = nodes[i] switch
            {
                IndexNode { Index: IrIndex.Query } => Uses.Query,
                IndexNode { Index: IrIndex.Key } => Uses.Key,
                ScoreNode or DotNode => Uses.Score,
                _ when DistanceSign(nodes, i) != 0 => Uses.Distance,
                _ => nodes[i].Operands().Aggregate(Uses.None, (all, operand) => all | uses[operand]),
            };
        }

        return uses;
    }

    [Flags]
    private enum Uses : byte
    {
        None = 0,
        Query = 1,
        Key = 2,
        Distance = 4,
        Score = 8,
    }
}
