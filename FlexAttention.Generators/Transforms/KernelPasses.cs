using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Transforms;

/// <summary>The passes from a variant's methods, and their derivatives, to what a kernel computes, in their order.</summary>
internal static class KernelPasses
{
    public static StagedGraph Run(KernelGraph graph)
    {
        // A score that is left alone is none: kernels then scale while they exponentiate.
        if (graph.Score != KernelGraph.None && graph.Nodes[graph.Score] is ScoreNode)
            graph = graph with { Score = KernelGraph.None };
        graph = new LoadGuards(graph).Run();
        graph = new CausalDistances(graph).Run();
        graph = new UniformDivision(graph).Run();
        KernelGraph? inDots = DotScaling.TryRun(graph);
        graph = inDots ?? new Log2Scaling(graph).Run();
        graph = new UniformFactors(graph).Run();
        if (graph.Score == KernelGraph.None || inDots is not null)
            return Staging.Run(graph) with { Unit = ScoreUnit.Dot };
        (graph, float factor) = ScoreFactor.Split(graph);
        return Staging.Run(graph) with { Unit = ScoreUnit.Log2, Factor = factor };
    }
}
