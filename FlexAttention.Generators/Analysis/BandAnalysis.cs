using System.Collections.Immutable;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Analysis;

/// <summary>One bound of the distances <c>q - kv</c> that a mask keeps.</summary>
internal abstract record BandTerm
{
    /// <summary>All pairs, or none: a condition that is the same for all.</summary>
    public sealed record Condition(int Node) : BandTerm;

    /// <summary>A distance, or with <paramref name="OfKey"/> <c>kv - q</c>, compared with a value that is the same for all pairs.</summary>
    /// <param name="Op">The comparison.</param>
    /// <param name="Bound">The value; null: zero.</param>
    /// <param name="OfKey">Whether it is the distance's negative that is compared.</param>
    public sealed record Comparison(IrOp Op, int? Bound, bool OfKey) : BandTerm;

    /// <summary>The distance's absolute value is at most, or less than, a value.</summary>
    public sealed record Magnitude(IrOp Op, int Bound) : BandTerm;
}

/// <summary>
/// Finds the masks that are a conjunction of bounds of the distance between query and key: causal masks, windows. Of these
/// every block is known from two numbers. Values that are read from buffers do not count, since the host may not see them.
/// </summary>
internal static class BandAnalysis
{
    /// <summary>The terms that a pair must meet; null if the mask is something else.</summary>
    public static IReadOnlyList<BandTerm>? Run(IrFunction mask)
    {
        ImmutableArray<Knowledge> knowledge = IntervalAnalysis.Run(mask);
        var terms = new List<BandTerm>();
        return Collect(mask.Result) ? terms : null;

        bool Collect(int node)
        {
            if (mask.Nodes[node] is OperationNode { Op: IrOp.And } and)
                return and.Arguments.All(Collect);
            if (TermOf(mask, knowledge, node) is not { } term)
                return false;
            terms.Add(term);
            return true;
        }
    }

    private static BandTerm? TermOf(IrFunction mask, ImmutableArray<Knowledge> knowledge, int node)
    {
        if (IsHostValue(mask, knowledge, node))
            return new BandTerm.Condition(node);
        if (mask.Nodes[node] is not OperationNode { Op: >= IrOp.Equal and <= IrOp.GreaterOrEqual and not IrOp.NotEqual } comparison)
            return null;
        (int x, int y) = (comparison.Arguments[0], comparison.Arguments[1]);
        return Compare(comparison.Op, x, y) ?? Compare(comparison.Op.Mirrored(), y, x);

        BandTerm? Compare(IrOp op, int left, int right) => (Node(left), Node(right)) switch
        {
            (IndexNode { Index: IrIndex.Query }, IndexNode { Index: IrIndex.Key }) => new BandTerm.Comparison(op, null, OfKey: false),
            _ when !IsHostValue(mask, knowledge, right) => null,
            (OperationNode { Op: IrOp.Subtract } difference, _) => OfDifference(difference, op, right),
            (OperationNode { Op: IrOp.Abs } magnitude, _) when op is IrOp.Less or IrOp.LessOrEqual
                && Node(magnitude.Arguments[0]) is OperationNode { Op: IrOp.Subtract } difference
                && OfDifference(difference, op, right) is not null => new BandTerm.Magnitude(op, right),
            _ => null,
        };

        BandTerm? OfDifference(OperationNode difference, IrOp op, int bound) =>
            (Node(difference.Arguments[0]), Node(difference.Arguments[1])) switch
            {
                (IndexNode { Index: IrIndex.Query }, IndexNode { Index: IrIndex.Key }) => new BandTerm.Comparison(op, bound, OfKey: false),
                (IndexNode { Index: IrIndex.Key }, IndexNode { Index: IrIndex.Query }) => new BandTerm.Comparison(op, bound, OfKey: true),
                _ => null,
            };

        IrNode Node(int i) => mask.Nodes[i];
    }

    /// <summary>Whether a value is the same for all pairs, and computed without memory that only a GPU may read.</summary>
    private static bool IsHostValue(IrFunction mask, ImmutableArray<Knowledge> knowledge, int node) =>
        knowledge[node] == Knowledge.Uniform && mask.Nodes[node].Type is IrType.Bool or IrType.Int32 && !ReadsBuffer(mask, node);

    private static bool ReadsBuffer(IrFunction mask, int node) =>
        mask.Nodes[node] is LoadNode or FoldNode || mask.Nodes[node].Operands().Any(operand => ReadsBuffer(mask, operand));
}
