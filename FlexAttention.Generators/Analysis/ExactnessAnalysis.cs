using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Analysis;

/// <summary>
/// Finds the nodes that must be computed to the bit: those that decide something, such as a comparison, an index or a
/// rounding. What only flows into the score's value may be off in its last places.
/// </summary>
internal static class ExactnessAnalysis
{
    public static bool[] Run(KernelGraph graph)
    {
        var exact = new bool[graph.Nodes.Count];
        if (graph.Mask != KernelGraph.None)
            exact[graph.Mask] = true;
        foreach (int index in graph.Gradient is { } gradient ? ElementsOf(gradient) : [])
            exact[index] = true;
        for (int i = exact.Length - 1; i >= 0; i--)
        {
            IrNode node = graph.Nodes[i];
            exact[i] |= node is FoldNode fold && IsExact(fold);
            if (!exact[i] && !Decides(node, graph.Nodes))
                continue;
            foreach (int operand in node.Operands())
                exact[operand] = true;
        }

        return exact;
    }

    /// <summary>Whether a loop must be computed to the bit.</summary>
    public static bool IsExact(FoldNode fold) => HasDecision(fold.Body.Nodes);

    /// <summary>What says which elements of captures have a derivative. A loop computes that from all that it gets.</summary>
    private static IEnumerable<int> ElementsOf(KernelGradient gradient) =>
        gradient.ByCapture.SelectMany(static item => item.Indices).Concat(gradient.ByLoop.SelectMany(static item => item.Loop.Arguments));

    private static bool HasDecision(EquatableArray<IrNode> nodes) =>
        nodes.Any(node => Decides(node, nodes) || (node is FoldNode fold && HasDecision(fold.Body.Nodes)));

    /// <summary>Whether a small change of an operand can change the value by a lot.</summary>
    private static bool Decides(IrNode node, EquatableArray<IrNode> nodes) => node switch
    {
        LoadNode => true,
        OperationNode { Op: IrOp.Convert } conversion =>
            !conversion.Type.IsFloat() || nodes[conversion.Arguments[0]].Type.IsInteger(),
        OperationNode operation => operation.Op.IsComparison() || operation.Op.IsFloatTest() || IsStep(operation.Op)
            || (HasEdge(operation.Op) && operation.Arguments.Any(argument => MayCancel(argument, nodes))),
        _ => false,
    };

    /// <summary>
    /// Whether the function ends or has a pole somewhere: there C#'s exact zero and a tiny remainder of the wrong sign are
    /// a number and a NaN.
    /// </summary>
    private static bool HasEdge(IrOp op) =>
        op is IrOp.Divide or IrOp.Sqrt or IrOp.ReciprocalSqrt or IrOp.Log or IrOp.Log2 or IrOp.Log10 or IrOp.Power
            or IrOp.Asin or IrOp.Acos or IrOp.Acosh or IrOp.Atanh;

    /// <summary>Whether a value is a sum with a product, which fused would leave the product's rounding error where C# leaves 0.</summary>
    private static bool MayCancel(int value, EquatableArray<IrNode> nodes) =>
        nodes[value] is OperationNode { Op: IrOp.Add or IrOp.Subtract } sum
            && sum.Arguments.Any(argument => nodes[argument] is OperationNode { Op: IrOp.Multiply });

    private static bool IsStep(IrOp op) =>
        op is IrOp.Floor or IrOp.Ceiling or IrOp.Truncate or IrOp.Round or IrOp.Sign or IrOp.CopySign or IrOp.Remainder;
}
