using System.Collections.Immutable;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Analysis;

/// <summary>
/// Finds which pairs share the elements that they read of a capture: a kernel adds up what such pairs contribute before it writes.
/// </summary>
internal sealed class LearnedElements
{
    private readonly KernelGradient _gradient;
    private readonly PositionUses[] _uses;
    private readonly ImmutableArray<Dependence> _dependence;

    /// <summary>Analyses the derivatives in a graph.</summary>
    public LearnedElements(EquatableArray<IrNode> nodes, KernelGradient gradient)
    {
        _gradient = gradient;
        _uses = PositionUse.Of(nodes);
        _dependence = DependenceAnalysis.Run(nodes.Items);
    }

    /// <summary>What <c>learn</c> computes of a pair: all but the indices of elements that pairs share.</summary>
    public IEnumerable<int> NeededToLearn => _gradient.OfCaptures.Concat(
        _gradient.ByCapture.Where(item => ReachOf(item) == ElementReach.Pair).SelectMany(static item => item.Indices));

    /// <summary>What has to be computed for every pair: the derivative by the score, too.</summary>
    public IEnumerable<int> NeededByPairs => _gradient.OfScore.Concat(NeededToLearn);

    /// <summary>Whether any derivative by a capture, or where it goes, depends on the score.</summary>
    public static bool DependOnScore(ScoreGradient gradient) => DependenceAnalysis.AnyOnScore(
        gradient.Nodes.Items,
        gradient.ByCapture.SelectMany(static item => item.Indices.Append(item.Derivative))
            .Concat(gradient.ByLoop.SelectMany(static item => item.Loop.Arguments)));

    /// <summary>Which pairs read the element of a derivative.</summary>
    public ElementReach ReachOf(CaptureDerivative item) =>
        item.Indices.Aggregate(PositionUses.None, (all, index) => all | _uses[index]) switch
        {
            PositionUses.None => ElementReach.Head,
            PositionUses.Query => ElementReach.Query,
            PositionUses.Key => ElementReach.Key,
            PositionUses.Distance => ElementReach.Distance,
            _ => ElementReach.Pair,
        };

    /// <summary>Whether all pairs of a head run through the same iterations of a loop and read the same element in each.</summary>
    public bool IsUniform(LoopDerivative item)
    {
        const Dependence OfPair = Dependence.Query | Dependence.Key | Dependence.Score;
        ImmutableArray<Dependence> body = DependenceAnalysis.OfBody(item.Loop, _dependence);
        IEnumerable<Dependence> bounds = item.Loop.Arguments.Take(2).Select(argument => _dependence[argument]);
        IEnumerable<Dependence> indices = item.Loop.Body.Results.Skip(1).Select(result => body[result]);
        return bounds.Concat(indices).All(static dependence => (dependence & OfPair) == Dependence.None);
    }
}
