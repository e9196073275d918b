namespace FlexAttention.Generators.Transforms;

/// <summary>The passes from a variant's methods to what a kernel computes, in their order.</summary>
internal static class KernelPasses
{
    public static StagedGraph Run(KernelGraph graph)
    {
        graph = new LoadGuards(graph).Run();
        graph = new IndexDistance(graph).Run();
        graph = new UniformDivision(graph).Run();
        graph = new Log2Scaling(graph).Run();
        graph = new UniformFactors(graph).Run();
        return Staging.Run(graph);
    }
}
