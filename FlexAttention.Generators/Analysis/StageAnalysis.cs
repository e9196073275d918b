using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Analysis;

/// <summary>Finds the earliest stage of each node.</summary>
internal static class StageAnalysis
{
    public static Stage[] Run(KernelGraph graph) => [.. DependenceAnalysis.Run(graph.Nodes.Items).Select(Of)];

    private static Stage Of(Dependence dependence)
    {
        bool query = dependence.HasFlag(Dependence.Query);
        bool key = dependence.HasFlag(Dependence.Key);
        if (dependence.HasFlag(Dependence.Score) || (query && key))
            return Stage.Element;
        return query ? Stage.Row : key ? Stage.Column : Stage.Head;
    }
}
