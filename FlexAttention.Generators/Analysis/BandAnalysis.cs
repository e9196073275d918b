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
internal sealed class BandAnalysis
{
    private readonly IrFunction _mask;
    private readonly bool[] _isHostValue;
    private readonly HashSet<int> _seen = [];
    private readonly List<BandTerm> _terms = [];

    private BandAnalysis(IrFunction mask)
    {
        _mask = mask;
        _isHostValue = FindHostValues(mask);
    }

    /// <summary>The terms that a pair must meet; null if the mask is something else.</summary>
    public static IReadOnlyList<BandTerm>? Run(IrFunction mask)
    {
        var analysis = new BandAnalysis(mask);
        return analysis.Collect(mask.Result) ? analysis._terms : null;
    }

    private bool Collect(int node)
    {
        if (!_seen.Add(node))
            return true;
        if (_mask.Nodes[node] is OperationNode { Op: IrOp.And } and)
            return and.Arguments.All(Collect);
        if (TermOf(node) is not { } term)
            return false;
        _terms.Add(term);
        return true;
    }

    private BandTerm? TermOf(int node)
    {
        if (_isHostValue[node])
            return new BandTerm.Condition(node);
        if (_mask.Nodes[node] is not OperationNode { Op: >= IrOp.Equal and <= IrOp.GreaterOrEqual and not IrOp.NotEqual } comparison)
            return null;
        (int x, int y) = (comparison.Arguments[0], comparison.Arguments[1]);
        return Compare(comparison.Op, x, y) ?? Compare(comparison.Op.Mirrored(), y, x);

        BandTerm? Compare(IrOp op, int left, int right) => (Node(left), Node(right)) switch
        {
            (IndexNode { Index: IrIndex.Query }, IndexNode { Index: IrIndex.Key }) => new BandTerm.Comparison(op, null, OfKey: false),
            _ when !_isHostValue[right] => null,
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

        IrNode Node(int i) => _mask.Nodes[i];
    }

    /// <summary>The conditions and ints that are the same for all pairs, and computed without memory that only a GPU may read.</summary>
    private static bool[] FindHostValues(IrFunction mask)
    {
        ImmutableArray<Knowledge> knowledge = IntervalAnalysis.Run(mask);
        var readsBuffer = new bool[mask.Nodes.Count];
        var isHostValue = new bool[mask.Nodes.Count];
        for (int i = 0; i < isHostValue.Length; i++)
        {
            readsBuffer[i] = mask.Nodes[i] is LoadNode or FoldNode || mask.Nodes[i].Operands().Any(operand => readsBuffer[operand]);
            isHostValue[i] = knowledge[i] == Knowledge.Uniform && mask.Nodes[i].Type is IrType.Bool or IrType.Int32 && !readsBuffer[i];
        }

        return isHostValue;
    }
}
