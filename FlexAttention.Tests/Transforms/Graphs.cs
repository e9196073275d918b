using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Transforms;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Transforms;

/// <summary>Graphs of one function, and ways to look at them.</summary>
internal static class Graphs
{
    private static readonly CaptureModel[] Captures = [ModelBuilder.Floats("x", 1), ModelBuilder.Floats("y", 0)];

    public static KernelGraph Score(Func<IrBuilder, int> score) =>
        KernelGraph.Of(ModelBuilder.Score("Method", Captures, score));

    public static KernelGraph Mask(Func<IrBuilder, int> mask) => KernelGraph.Of(ModelBuilder.Mask("Method", Captures, mask));

    /// <summary>The score as a function of its own.</summary>
    public static IrFunction ScoreOf(KernelGraph graph) => new(graph.Nodes, graph.Score);

    /// <summary>What a kernel computes of a model's score at a scale, as a function whose score is the dot product, and its unit.</summary>
    public static (IrFunction Score, ScoreUnit Unit) KernelScore(VariantModel model, float scale)
    {
        StagedGraph staged = KernelPasses.Run(KernelGraph.Of(model));
        KernelGraph graph = staged.Graph;
        var builder = new IrBuilder();
        var copies = new int[graph.Nodes.Count];
        for (int i = 0; i < copies.Length; i++)
        {
            copies[i] = graph.Nodes[i] switch
            {
                DotNode => builder.Score(),
                ScaleNode => builder.Float32(scale),
                IrNode node => builder.Append(node.MapOperands(operand => copies[operand])),
            };
        }

        int score = builder.Operation(IrOp.Multiply, copies[graph.Score], builder.Float32(staged.Factor));
        return (builder.ToFunction(score), staged.Unit);
    }

    public static string Print(KernelGraph graph) => IrPrinter.Print(ScoreOf(graph));
}
