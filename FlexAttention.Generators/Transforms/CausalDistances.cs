using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Transforms;

/// <summary>
/// Under a mask that keeps no key after its query, the distance between the two needs no absolute value and no bound at 0:
/// what becomes of rejected pairs is never seen. A bias on the distance is then linear.
/// </summary>
internal sealed class CausalDistances(KernelGraph source) : GraphPass(source)
{
    private readonly bool _isCausal = source.Mask != KernelGraph.None && Implies(source, source.Mask);

    protected override int Rewrite(int original, IrNode node) =>
        _isCausal && node is OperationNode operation && Distance(operation) is { } distance ? distance : Builder.Add(node);

    /// <summary>Whether a condition can hold for no key after its query. Conditions that conjunctions share are looked at once.</summary>
    private static bool Implies(KernelGraph graph, int condition)
    {
        var seen = new HashSet<int>();
        return Visit(condition);

        bool Visit(int node) =>
            seen.Add(node) && graph.Nodes[node] is OperationNode { Op: var op, Arguments: var sides } && op switch
            {
                IrOp.And => sides.Any(Visit),
                IrOp.Less or IrOp.LessOrEqual => IsKeyThenQuery(graph.Nodes[sides[0]], graph.Nodes[sides[1]]),
                IrOp.Greater or IrOp.GreaterOrEqual => IsKeyThenQuery(graph.Nodes[sides[1]], graph.Nodes[sides[0]]),
                _ => false,
            };
    }

    private static bool IsKeyThenQuery(IrNode first, IrNode second) =>
        first is IndexNode { Index: IrIndex.Key } && second is IndexNode { Index: IrIndex.Query };

    /// <summary>Adds <c>q - kv</c> for an operation that is just that where no key comes after its query.</summary>
    private int? Distance(OperationNode operation) => operation.Op switch
    {
        IrOp.Abs when Sign(operation.Arguments[0]) != 0 => Add(operation.Type),
        IrOp.Maximum when Sign(operation.Arguments[0]) > 0 && IsZero(operation.Arguments[1]) => operation.Arguments[0],
        IrOp.Maximum when Sign(operation.Arguments[1]) > 0 && IsZero(operation.Arguments[0]) => operation.Arguments[1],
        _ => null,
    };

    private int Add(IrType type)
    {
        int distance = Builder.Add(
            IrType.Int32, IrOp.Subtract, Builder.Add(new IndexNode(IrIndex.Query)), Builder.Add(new IndexNode(IrIndex.Key)));
        return type == IrType.Int32 ? distance : Builder.Add(type, IrOp.Convert, distance);
    }

    /// <summary>1 for <c>q - kv</c>, −1 for <c>kv - q</c>, either as an int or as a wider number; 0 for anything else.</summary>
    private int Sign(int node)
    {
        bool isWidened = Builder[node] is OperationNode { Op: IrOp.Convert, Type: IrType.Int64 or IrType.Float32 or IrType.Float64 };
        IrNode value = isWidened ? Builder[((OperationNode)Builder[node]).Arguments[0]] : Builder[node];
        if (value is not OperationNode { Op: IrOp.Subtract, Arguments: var sides })
            return 0;
        return IsKeyThenQuery(Builder[sides[1]], Builder[sides[0]]) ? 1
            : IsKeyThenQuery(Builder[sides[0]], Builder[sides[1]]) ? -1
            : 0;
    }

    private bool IsZero(int node) => Builder[node] is ConstantNode constant && constant.ToDouble() == 0;
}
