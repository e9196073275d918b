using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Transforms;

/// <summary>What a kernel's graph has of a score's derivatives, all in natural units.</summary>
/// <param name="ByScore">The node of the derivative by the score that enters, or <see cref="KernelGraph.None"/> where it is 1.</param>
/// <param name="ByCapture">The derivatives by elements of captures.</param>
/// <param name="ByLoop">The same for what loops read.</param>
internal sealed record KernelGradient(
    int ByScore, EquatableArray<CaptureDerivative> ByCapture, EquatableArray<LoopDerivative> ByLoop)
{
    /// <summary>The nodes that derivatives and their elements are made of.</summary>
    public IEnumerable<int> Nodes =>
        OfScore.Concat(OfCaptures).Concat(ByCapture.SelectMany(static item => item.Indices));

    /// <summary>The derivative by the score, if there is one.</summary>
    public IEnumerable<int> OfScore => new[] { ByScore }.Where(static node => node != KernelGraph.None);

    /// <summary>What those by captures are made of, without the indices, which not every pair needs.</summary>
    public IEnumerable<int> OfCaptures =>
        ByCapture.Select(static item => item.Derivative).Concat(ByLoop.SelectMany(static item => item.Loop.Arguments));

    /// <summary>The same derivatives in a graph whose nodes are elsewhere.</summary>
    public KernelGradient Map(Func<int, int> map) => new(
        ByScore == KernelGraph.None ? ByScore : map(ByScore),
        new(ByCapture.Select(item => item with { Indices = new(item.Indices.Select(map)), Derivative = map(item.Derivative) })),
        new(ByLoop.Select(item => item with { Loop = (FoldNode)item.Loop.MapOperands(map) })));
}
