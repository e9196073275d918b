using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Analysis;

/// <summary>
/// Differentiates a score: by the score that enters, by each captured scalar that learns, and by each element that is read
/// of a buffer that learns. Derivatives are carried along with the values, forward: a score has few inputs, and so a
/// branch that is not taken, or what a loop carried earlier, needs no care.
/// </summary>
internal sealed class Differentiator
{
    private readonly IrBuilder _builder = new();
    private readonly int[] _copies;
    private readonly IrFunction _score;

    private Differentiator(IrFunction score)
    {
        _score = score;
        _copies = new int[score.Nodes.Count];
        for (int i = 0; i < _copies.Length; i++)
            _copies[i] = _builder.Append(score.Nodes[i].MapOperands(operand => _copies[operand]));
    }

    private IrNode[] Copies => [.. Enumerable.Range(0, _builder.Count).Select(node => _builder[node])];

    /// <summary>Differentiates a variant's score; null without one.</summary>
    public static ScoreGradient? Run(VariantModel variant) => variant.Score is { } score ? Run(score, variant.Captures) : null;

    /// <summary>Differentiates a function.</summary>
    /// <param name="score">The function.</param>
    /// <param name="captures">Its captures.</param>
    public static ScoreGradient Run(IrFunction score, IReadOnlyList<CaptureModel> captures) =>
        new Differentiator(score).Run(captures);

    private ScoreGradient Run(IReadOnlyList<CaptureModel> captures)
    {
        IrNode[] nodes = Copies;
        int byScore = Derivative(nodes, new ScoreNode()) ?? _builder.Float32(0);
        var byCapture = new List<CaptureDerivative>();
        foreach (IrNode input in nodes.Where(node => Learns(node, captures)).Concat(ScalarsOfLoops(nodes, captures)).Distinct())
        {
            if (Derivative(nodes, input) is { } derivative)
                byCapture.Add(new CaptureDerivative(CaptureOf(input), IndicesOf(input), derivative));
        }

        return Compact(byScore, byCapture, [.. nodes.SelectMany((_, i) => ByLoop(nodes, i, captures))]);
    }

    /// <summary>The derivatives by what a loop reads of buffers that learn.</summary>
    private IEnumerable<LoopDerivative> ByLoop(IrNode[] nodes, int position, IReadOnlyList<CaptureModel> captures)
    {
        if (nodes[position] is not FoldNode fold || !fold.Body.Nodes.Any(node => node is LoadNode && Learns(node, captures)))
            return [];
        int?[] byResult = [.. Enumerable.Range(0, fold.CarriedCount).Select(i => ByResult(nodes, position, i))];
        return Enumerable.Range(0, fold.Body.Nodes.Count)
            .Where(i => fold.Body.Nodes[i] is LoadNode load && Learns(load, captures))
            .Select(i => LoopDifferentiator.Run(_builder, fold, i, byResult))
            .OfType<LoopDerivative>();
    }

    private int? ByResult(IrNode[] nodes, int fold, int carried)
    {
        IrNode? result = Array.Find(nodes, node => node is FoldResultNode found && found.Fold == fold && found.Carried == carried);
        return result is null ? null : Derivative(nodes, result);
    }

    /// <summary>The node of the derivative by an input, or null where it is zero.</summary>
    private int? Derivative(IrNode[] nodes, IrNode input)
    {
        int result = _copies[_score.Result];
        Monomial? derivative = new Tangents(_builder, input).Of(nodes)[result];
        return derivative is null ? null : new DerivativeAlgebra(_builder).ToNode(derivative, _builder.TypeOf(result));
    }

    private ScoreGradient Compact(int byScore, List<CaptureDerivative> byCapture, List<LoopDerivative> byLoop)
    {
        int score = _copies[_score.Result];
        IEnumerable<int> ofCaptures = byCapture.SelectMany(static item => item.Indices.Append(item.Derivative));
        LiveNodes live = LiveNodes.Of(
            Copies, [score, byScore, .. ofCaptures, .. byLoop.SelectMany(static item => item.Loop.Arguments)]);
        return new ScoreGradient(
            live.Nodes,
            live.PositionOf(score),
            live.PositionOf(byScore),
            new(byCapture.Select(item => new CaptureDerivative(
                item.Capture, new(item.Indices.Select(live.PositionOf)), live.PositionOf(item.Derivative)))),
            new(byLoop.Select(item => item with { Loop = (FoldNode)item.Loop.MapOperands(live.PositionOf) })));
    }

    private static bool Learns(IrNode node, IReadOnlyList<CaptureModel> captures) =>
        node is ScalarNode or LoadNode && captures[CaptureOf(node)].IsLearnable;

    /// <summary>Captured scalars that a loop's body reads by itself.</summary>
    private static IEnumerable<IrNode> ScalarsOfLoops(IEnumerable<IrNode> nodes, IReadOnlyList<CaptureModel> captures) =>
        nodes.OfType<FoldNode>().SelectMany(fold => fold.Body.Nodes
            .Where(node => node is ScalarNode && Learns(node, captures))
            .Concat(ScalarsOfLoops(fold.Body.Nodes, captures)));

    private static int CaptureOf(IrNode input) => input is LoadNode load ? load.Capture : ((ScalarNode)input).Capture;

    private static EquatableArray<int> IndicesOf(IrNode input) => input is LoadNode load ? load.Indices : EquatableArray<int>.Empty;
}
