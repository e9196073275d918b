using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Transforms;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Lowering;

namespace FlexAttention.Tests.Transforms;

/// <summary>Which pairs are found to share the elements of a capture.</summary>
internal sealed class LearnedElementTests
{
    [TestCase("h", ElementReach.Head)]
    [TestCase("b * 4 + h", ElementReach.Head)]
    [TestCase("q", ElementReach.Query)]
    [TestCase("n - q / 2", ElementReach.Query)]
    [TestCase("kv", ElementReach.Key)]
    [TestCase("q - kv", ElementReach.Distance)]
    [TestCase("kv - q + n - 1", ElementReach.Distance)]
    [TestCase("n - 1 + q - kv", ElementReach.Distance)]
    [TestCase("-(n + q - kv)", ElementReach.Distance)]
    [TestCase("Math.Clamp(q - kv, -n, n) + Math.Abs(kv - q)", ElementReach.Distance)]
    [TestCase("q + kv", ElementReach.Pair)]
    [TestCase("q - kv / 2", ElementReach.Pair)]
    [TestCase("q + q - kv", ElementReach.Pair)]
    [TestCase("(q - kv) * kv", ElementReach.Pair)]
    [TestCase("(int)score", ElementReach.Pair)]
    public void Reach_FollowsFromTheIndex(string index, object reach)
    {
        (KernelGraph graph, KernelGradient gradient) = Differentiate($"score + bias[{index}]");

        Assert.That(new LearnedElements(graph.Nodes, gradient).ReachOf(gradient.ByCapture.Single()), Is.EqualTo(reach));
    }

    [Test]
    public void DerivativeOfASoftCap_IsMadeOfItsTanh()
    {
        (KernelGraph graph, KernelGradient gradient) = Differentiate("30 * MathF.Tanh(score / 30)");

        Assert.That(graph.Nodes.Count(node => node is OperationNode { Op: IrOp.Tanh }), Is.EqualTo(1));
        var derivative = (OperationNode)graph.Nodes[gradient.ByScore];
        var square = (OperationNode)graph.Nodes[derivative.Arguments[1]];
        Assert.That((derivative.Op, square.Op), Is.EqualTo((IrOp.Subtract, IrOp.Multiply)));
        Assert.That(square.Arguments, Is.All.EqualTo(graph.Score));
    }

    [Test]
    public void DerivativeOfASum_IsNotComputed() =>
        Assert.That(Differentiate("score + bias[h] * (kv - q)").Gradient.ByScore, Is.EqualTo(KernelGraph.None));

    [Test]
    public void IndicesThatPairsShare_AreNotNeededByPairs()
    {
        (KernelGraph graph, KernelGradient gradient) = Differentiate("score + bias[h] * (kv - q)");

        Assert.That(new LearnedElements(graph.Nodes, gradient).NeededByPairs, Is.EqualTo([gradient.ByCapture.Single().Derivative]));
    }

    /// <summary>A score's graph as a backward kernel computes it.</summary>
    private static (KernelGraph Graph, KernelGradient Gradient) Differentiate(string score)
    {
        VariantModel model = ModelBuilder.Score(
            "Method",
            [ModelBuilder.Floats("bias", 1) with { IsLearnable = true }, ModelBuilder.Ints("n", 0)],
            LoweredVariant.Create(VariantSource.Score(score, "ReadOnlySpan<float> bias, int n")).Lowered.Function);
        KernelGraph graph = KernelPasses.Run(KernelGraph.Of(model, Differentiator.Run(model)!)).Graph;
        return (graph, graph.Gradient!);
    }
}
