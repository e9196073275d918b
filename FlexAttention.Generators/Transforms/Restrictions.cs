using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Transforms;

/// <summary>
/// Lets the conditions of a conjunction know of each other, for interval arithmetic: <c>x / s &lt;= r &amp;&amp; x % s == 0</c> becomes
/// <c>… &amp;&amp; x' % s == 0</c>, where <c>x'</c> is what is left of <c>x</c> where the first condition holds. A pair that the first
/// rejects is rejected anyway, so that the second may be false there for all it matters.
/// </summary>
internal sealed class Restrictions
{
    /// <summary>Nodes that may be added. Few masks need more than a hundred; of dozens of conditions on one value, the last go without.</summary>
    private const int MostAdded = 1024;

    private readonly IrFunction _mask;
    private readonly bool _looksAtElements;
    private readonly ImmutableArray<Knowledge> _knowledge;
    private readonly List<IrNode> _nodes = [];
    private readonly int[] _copies;

    private Restrictions(IrFunction mask, bool looksAtElements)
    {
        _mask = mask;
        _looksAtElements = looksAtElements;
        _knowledge = IntervalAnalysis.Run(mask);
        _copies = new int[mask.Nodes.Count];
    }

    /// <summary>The mask with what its conditions know of each other; null stays null.</summary>
    /// <param name="mask">The mask as it was written.</param>
    /// <param name="looksAtElements">Whether captured elements may be compared one by one.</param>
    [return: NotNullIfNotNull(nameof(mask))]
    public static IrFunction? Apply(IrFunction? mask, bool looksAtElements) =>
        mask is null ? null : new Restrictions(WithoutGuards(mask), looksAtElements).Run();

    /// <summary>
    /// The function without the guards of its loads, which are safe without them, so that reads of one element under different
    /// conditions are one node.
    /// </summary>
    private static IrFunction WithoutGuards(IrFunction mask)
    {
        var nodes = new List<IrNode>();
        var positions = new Dictionary<IrNode, int>();
        var copies = new int[mask.Nodes.Count];
        for (int i = 0; i < copies.Length; i++)
        {
            IrNode node = mask.Nodes[i] is LoadNode load ? load with { Guard = -1 } : mask.Nodes[i];
            node = node.MapOperands(operand => copies[operand]);
            if (!positions.TryGetValue(node, out copies[i]))
            {
                positions[node] = copies[i] = nodes.Count;
                nodes.Add(node);
            }
        }

        return new IrFunction(new(nodes), copies[mask.Result]);
    }

    private IrFunction Run()
    {
        for (int i = 0; i < _copies.Length; i++)
        {
            _copies[i] = Add(_mask.Nodes[i].MapOperands(operand => _copies[operand]));
            if (IsConjunction(i, out OperationNode? conjunction))
            {
                Restrict(i, conjunction.Arguments[0], conjunction.Arguments[1]);
                Restrict(i, conjunction.Arguments[1], conjunction.Arguments[0]);
            }
        }

        return new IrFunction(new(_nodes), _copies[_mask.Result]);
    }

    private bool IsConjunction(int node, [NotNullWhen(true)] out OperationNode? conjunction)
    {
        conjunction = _mask.Nodes[node] as OperationNode;
        return conjunction is { Op: IrOp.And, Type: IrType.Bool } && _knowledge[node] == Knowledge.Interval;
    }

    /// <summary>Adds to a conjunction its second condition once more, for each that the first says of its values.</summary>
    private void Restrict(int conjunction, int first, int second)
    {
        foreach (RestrictedNode restricted in Conditions(first).SelectMany(Restricted).ToArray())
        {
            if (_nodes.Count > _copies.Length + MostAdded)
                return;
            bool[] dependents = Dependents(restricted.Value);
            if (_looksAtElements && AsEqualElements(restricted, second) is { } equal)
                Join(conjunction, Add(equal.MapOperands(operand => _copies[operand])));
            else if (dependents[second])
                Join(conjunction, Copy(second, dependents, restricted.Value, Add(restricted.MapOperands(operand => _copies[operand]))));
        }
    }

    private void Join(int conjunction, int condition) =>
        _copies[conjunction] = Add(new OperationNode(IrType.Bool, IrOp.And, new([_copies[conjunction], condition])));

    /// <summary>What a conjunction consists of, each condition once.</summary>
    private List<int> Conditions(int node)
    {
        var conditions = new List<int>();
        var seen = new HashSet<int>();
        Collect(node);
        return conditions;

        void Collect(int condition)
        {
            if (!seen.Add(condition))
                return;
            if (!IsConjunction(condition, out OperationNode? conjunction))
            {
                conditions.Add(condition);
                return;
            }

            foreach (int argument in conjunction.Arguments)
                Collect(argument);
        }
    }

    /// <summary>What a comparison with a value that is the same for all pairs says of the other value, and of what is divided there.</summary>
    private IEnumerable<RestrictedNode> Restricted(int condition)
    {
        if (_mask.Nodes[condition] is not OperationNode { Op: > IrOp.Equal and <= IrOp.GreaterOrEqual } comparison)
            yield break;
        (IrOp op, int value, int bound) = (comparison.Op, comparison.Arguments[0], comparison.Arguments[1]);
        if (_knowledge[value] == Knowledge.Uniform)
            (op, value, bound) = (op.Mirrored(), bound, value);
        IrNode node = _mask.Nodes[value];
        if (_knowledge[bound] != Knowledge.Uniform || _knowledge[value] != Knowledge.Interval || node.Type == IrType.Bool)
            yield break;
        if (node is not IndexNode)
            yield return new RestrictedNode(node.Type, op, value, -1, bound);
        if (node is OperationNode { Op: IrOp.Divide or IrOp.FloorDivide } quotient
            && op is IrOp.Less or IrOp.LessOrEqual
            && _knowledge[quotient.Arguments[1]] == Knowledge.Uniform
            && _knowledge[quotient.Arguments[0]] == Knowledge.Interval)
        {
            yield return new RestrictedNode(node.Type, op, quotient.Arguments[0], quotient.Arguments[1], bound);
        }
    }

    /// <summary><c>x != c &amp;&amp; x == y</c> of captured elements.</summary>
    private EqualElementsNode? AsEqualElements(RestrictedNode restricted, int condition)
    {
        if (restricted is not { Comparison: IrOp.NotEqual, Divisor: < 0 }
            || _mask.Nodes[condition] is not OperationNode { Op: IrOp.Equal } equal
            || !equal.Arguments.All(argument => _mask.Nodes[argument] is LoadNode { Type: IrType.Int32 } && _knowledge[argument] == Knowledge.Interval))
        {
            return null;
        }

        (int first, int second) = (equal.Arguments[0], equal.Arguments[1]);
        return first == restricted.Value ? new EqualElementsNode(first, second, restricted.Bound)
            : second == restricted.Value ? new EqualElementsNode(second, first, restricted.Bound)
            : null;
    }

    /// <summary>Which nodes have an interval that is computed from a value; the value itself is one of them.</summary>
    private bool[] Dependents(int value)
    {
        var dependents = new bool[_copies.Length];
        dependents[value] = true;
        for (int i = value + 1; i < dependents.Length; i++)
            dependents[i] = _knowledge[i] == Knowledge.Interval && _mask.Nodes[i].Operands().Any(operand => dependents[operand]);
        return dependents;
    }

    /// <summary>A copy of a node, computed from another one in a value's place. What is used twice is copied once.</summary>
    private int Copy(int node, bool[] dependents, int value, int replacement)
    {
        var copies = new Dictionary<int, int> { [value] = replacement };
        return CopyOf(node);

        int CopyOf(int original)
        {
            if (!dependents[original])
                return _copies[original];
            if (!copies.TryGetValue(original, out int copy))
                copies[original] = copy = Add(_mask.Nodes[original].MapOperands(CopyOf));
            return copy;
        }
    }

    private int Add(IrNode node)
    {
        _nodes.Add(node);
        return _nodes.Count - 1;
    }
}
