using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Analysis;

/// <summary>Estimates how many instructions it takes to compute each node from indices, captured scalars and constants.</summary>
internal static class InstructionWeights
{
    private const int Long = 10;
    private const int Most = 1000;

    public static int[] Run(KernelGraph graph)
    {
        var weights = new int[graph.Nodes.Count];
        for (int i = 0; i < weights.Length; i++)
        {
            IrNode node = graph.Nodes[i];
            weights[i] = Math.Min(Most, node.Operands().Sum(operand => weights[operand]) + Own(node));
        }

        return weights;
    }

    private static int Own(IrNode node) => node switch
    {
        ConstantNode or IndexNode or ScalarNode or ExtentNode or RegionParameterNode => 0,
        // Known in one place only: whatever is made of it has to be kept.
        ScaleNode or FoldNode => Most,
        OperationNode { Type: IrType.Bool } => 1,
        OperationNode { Type: IrType.Int64 or IrType.UInt64 or IrType.Float64 } => Long,
        OperationNode { Op: <= IrOp.Multiply or (>= IrOp.Negate and <= IrOp.FusedMultiplyAdd) } operation
            when operation.Op is not (IrOp.FloorDivide or IrOp.FloorModulo) => 1,
        _ => Long,
    };
}
