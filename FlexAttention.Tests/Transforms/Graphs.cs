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

    public static string Print(KernelGraph graph) => IrPrinter.Print(ScoreOf(graph));
}
