using System.Collections.Immutable;
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
        PositionUses[] uses = PositionUse.Of(graph.Nodes);
        return indices.Aggregate(PositionUses.None, (all, index) => all | uses[index]) switch
        {
            PositionUses.None => ElementReach.Head,
            PositionUses.Query => ElementReach.Query,
            PositionUses.Key => ElementReach.Key,
            PositionUses.Distance => ElementReach.Distance,
            _ => ElementReach.Pair,
        };
    }

    /// <summary>Whether all pairs of a head run through the same iterations of a loop and read the same element in each.</summary>
    public static bool IsUniform(KernelGraph graph, LoopDerivative item)
    {
        const Dependence OfPair = Dependence.Query | Dependence.Key | Dependence.Score;
        ImmutableArray<Dependence> outer = DependenceAnalysis.Run(graph.Nodes.Items);
        ImmutableArray<Dependence> body = DependenceAnalysis.OfBody(item.Loop, outer);
        IEnumerable<Dependence> bounds = item.Loop.Arguments.Take(2).Select(argument => outer[argument]);
        IEnumerable<Dependence> indices = item.Loop.Body.Results.Skip(1).Select(result => body[result]);
        return bounds.Concat(indices).All(static dependence => (dependence & OfPair) == Dependence.None);
    }

    /// <summary>What has to be computed for every pair: all but the indices of elements that pairs share.</summary>
    public static IEnumerable<int> NeededByPairs(KernelGraph graph, KernelGradient gradient) => gradient.OfPairs.Concat(
        gradient.ByCapture
            .Where(item => ReachOf(graph, item.Indices) == ElementReach.Pair)
            .SelectMany(static item => item.Indices));
}
