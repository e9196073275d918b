using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Analysis;

/// <summary>
/// Counts what a score asks of the special function unit for every pair. The unit works at an eighth of the speed of
/// multiplications, and the softmax needs it once itself.
/// </summary>
internal static class SpecialFunctions
{
    public static int Count(StagedGraph staged)
    {
        KernelGraph graph = staged.Graph;
        return graph.Score == KernelGraph.None
            ? 0
            : Reachable(graph, graph.Score)
                .Where(node => staged.Precision[node] == Precision.Fast && graph.Nodes[node].Type == IrType.Float32)
                .Sum(node => graph.Nodes[node] is OperationNode operation ? Of(operation.Op) : 0);
    }

    private static int Of(IrOp op) => op switch
    {
        IrOp.Divide or IrOp.Sqrt or IrOp.ReciprocalSqrt or IrOp.Exp or IrOp.Exp2 or IrOp.Log or IrOp.Log2 or IrOp.Sin or IrOp.Cos
            or IrOp.Tanh => 1,
        IrOp.Power => 2,
        _ => 0,
    };

    private static IEnumerable<int> Reachable(KernelGraph graph, int result)
    {
        var isReached = new bool[graph.Nodes.Count];
        isReached[result] = true;
        for (int i = result; i >= 0; i--)
        {
            if (!isReached[i])
                continue;
            yield return i;
            foreach (int operand in graph.Nodes[i].Operands())
                isReached[operand] = true;
        }
    }
}
