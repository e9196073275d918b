using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Analysis;

/// <summary>
/// Finds what each node knows of its pair. Sums such as <c>length - 1 + q - kv</c> know the distance alone: integers wrap, so that
/// their order does not matter.
/// </summary>
internal static class PositionUse
{
    /// <summary>What each node of a graph knows.</summary>
    public static PositionUses[] Of(EquatableArray<IrNode> nodes)
    {
        var uses = new PositionUses[nodes.Count];
        var factors = new (int Query, int Key)?[nodes.Count];
        for (int i = 0; i < uses.Length; i++)
        {
            factors[i] = FactorsOf(nodes[i], factors);
            PositionUses operands = nodes[i].Operands().Aggregate(PositionUses.None, (all, operand) => all | uses[operand]);
            uses[i] = factors[i] is { } known ? UsesOf(known) : nodes[i] is ScoreNode or DotNode ? PositionUses.Score : operands;
            if (uses[i] == PositionUses.None)
                factors[i] = (0, 0);
        }

        return uses;
    }

    /// <summary>How often a sum adds the query and the key; null for what is no such sum.</summary>
    private static (int Query, int Key)? FactorsOf(IrNode node, (int Query, int Key)?[] factors) => node switch
    {
        IndexNode { Index: IrIndex.Query } => (1, 0),
        IndexNode { Index: IrIndex.Key } => (0, 1),
        OperationNode { Type: IrType.Int32, Op: IrOp.Negate } operation => Sum((0, 0), factors[operation.Arguments[0]], sign: -1),
        OperationNode { Type: IrType.Int32, Op: IrOp.Add } operation =>
            Sum(factors[operation.Arguments[0]], factors[operation.Arguments[1]], sign: 1),
        OperationNode { Type: IrType.Int32, Op: IrOp.Subtract } operation =>
            Sum(factors[operation.Arguments[0]], factors[operation.Arguments[1]], sign: -1),
        _ => null,
    };

    private static (int Query, int Key)? Sum((int Query, int Key)? left, (int Query, int Key)? right, int sign) =>
        left is { } x && right is { } y ? (x.Query + (sign * y.Query), x.Key + (sign * y.Key)) : null;

    private static PositionUses UsesOf((int Query, int Key) factors) =>
        factors.Query == -factors.Key && factors.Query != 0 ? PositionUses.Distance
        : (factors.Query != 0 ? PositionUses.Query : PositionUses.None) | (factors.Key != 0 ? PositionUses.Key : PositionUses.None);
}
