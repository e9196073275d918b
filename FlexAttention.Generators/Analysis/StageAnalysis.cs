using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Analysis;

/// <summary>
/// Finds the earliest stage of each node. A fold runs whole, so that its results have its stage whatever they depend on.
/// </summary>
internal static class StageAnalysis
{
    public static Stage[] Run(KernelGraph graph)
    {
        var stages = new Stage[graph.Nodes.Count];
        for (int i = 0; i < stages.Length; i++)
            stages[i] = Of(graph.Nodes[i], stages);
        return stages;
    }

    /// <summary>The earliest stage that knows what both stages know.</summary>
    public static Stage Join(Stage left, Stage right) =>
        left == right || right == Stage.Head ? left
        : left == Stage.Head ? right
        : Stage.Element;

    private static Stage Of(IrNode node, Stage[] earlier) => node switch
    {
        IndexNode { Index: IrIndex.Query } => Stage.Row,
        IndexNode { Index: IrIndex.Key } => Stage.Column,
        ScoreNode or DotNode => Stage.Element,
        _ => node.Operands().Select(operand => earlier[operand]).Aggregate(Stage.Head, Join),
    };
}
