namespace FlexAttention.Generators.Ir;

/// <summary>Identities that hold to the bit, for every operand.</summary>
internal sealed partial class IrBuilder
{
    /// <summary>The position of a simpler node with the operation's value, or null.</summary>
    private int? Simplify(OperationNode node)
    {
        ConstantNode[] constants = [.. node.Arguments.Select(ConstantAt).OfType<ConstantNode>()];
        if (constants.Length == node.Arguments.Count && ConstantFolder.Fold(node.Type, node.Op, constants) is { } value)
            return Share(value);
        int x = node.Arguments[0];
        return node.Op switch
        {
            IrOp.Select => SimplifySelect(x, node.Arguments[1], node.Arguments[2]),
            IrOp.Convert => TypeOf(x) == node.Type ? x : SimplifyConversion(node.Type, x),
            IrOp.Negate => IsOperation(x, IrOp.Negate, out OperationNode inner) ? inner.Arguments[0] : null,
            IrOp.Not => SimplifyNot(x),
            _ when node.Arguments.Count != 2 => null,
            _ when TypeOf(x) == IrType.Bool => SimplifyLogic(node.Op, x, node.Arguments[1]),
            _ when TypeOf(x).IsFloat() => SimplifyFloat(node.Op, x, node.Arguments[1]),
            _ => SimplifyInteger(node.Op, x, node.Arguments[1]),
        };
    }

    private int? SimplifyInteger(IrOp op, int x, int y) => op switch
    {
        IrOp.Add or IrOp.Or or IrOp.Xor when Is(x, 0) => y,
        IrOp.Add or IrOp.Or or IrOp.Xor or IrOp.Subtract when Is(y, 0) => x,
        IrOp.ShiftLeft or IrOp.ShiftRight or IrOp.ShiftRightUnsigned when Is(y, 0) => x,
        IrOp.Multiply when Is(x, 1) => y,
        IrOp.Multiply or IrOp.Divide or IrOp.FloorDivide when Is(y, 1) => x,
        IrOp.Multiply or IrOp.And when Is(x, 0) || Is(y, 0) => Zero(TypeOf(x)),
        IrOp.And or IrOp.Or or IrOp.Minimum or IrOp.Maximum when x == y => x,
        IrOp.Subtract or IrOp.Xor when x == y => Zero(TypeOf(x)),
        IrOp.Equal or IrOp.LessOrEqual or IrOp.GreaterOrEqual when x == y => Bool(true),
        IrOp.NotEqual or IrOp.Less or IrOp.Greater when x == y => Bool(false),
        _ => null,
    };

    /// <summary>Adding zero is no identity on floats: it turns −0 into +0. Nor is multiplying by zero.</summary>
    private int? SimplifyFloat(IrOp op, int x, int y) => op switch
    {
        IrOp.Subtract when Is(y, 0) => x,
        IrOp.Multiply when Is(x, 1) => y,
        IrOp.Multiply or IrOp.Divide when Is(y, 1) => x,
        IrOp.Less or IrOp.Greater when x == y => Bool(false),
        _ => null,
    };

    /// <summary>A choice between constants is converted where it stands, not for every pair.</summary>
    private int? SimplifyConversion(IrType type, int x)
    {
        if (!IsOperation(x, IrOp.Select, out OperationNode choice))
            return null;
        (int condition, int whenTrue, int whenFalse) = (choice.Arguments[0], choice.Arguments[1], choice.Arguments[2]);
        bool isConstant = ConstantAt(whenTrue) is not null && ConstantAt(whenFalse) is not null;
        return isConstant ? Select(condition, Convert(type, whenTrue), Convert(type, whenFalse)) : null;
    }

    private int? SimplifyNot(int x)
    {
        if (IsOperation(x, IrOp.Not, out OperationNode negated))
            return negated.Arguments[0];
        if (_nodes[x] is not OperationNode { Op: var op } comparison || !op.IsComparison())
            return null;
        // With NaN, !(x < y) is not x >= y.
        bool isTotal = op is IrOp.Equal or IrOp.NotEqual || !TypeOf(comparison.Arguments[0]).IsFloat();
        return isTotal ? Append(comparison with { Op = Opposite(op) }) : null;
    }

    private int? SimplifySelect(int condition, int ifTrue, int ifFalse)
    {
        if (ConstantAt(condition) is { } constant)
            return constant.IsTrue() ? ifTrue : ifFalse;
        if (ifTrue == ifFalse)
            return ifTrue;
        if (IsOperation(condition, IrOp.Not, out OperationNode not))
            return Select(not.Arguments[0], ifFalse, ifTrue);
        if (IsOperation(ifTrue, IrOp.Select, out OperationNode inner) && inner.Arguments[0] == condition)
            return Select(condition, inner.Arguments[1], ifFalse);
        if (IsOperation(ifFalse, IrOp.Select, out inner) && inner.Arguments[0] == condition)
            return Select(condition, ifTrue, inner.Arguments[2]);
        return TypeOf(ifTrue) == IrType.Bool ? SelectBool(condition, ifTrue, ifFalse) : null;
    }

    private int? SelectBool(int condition, int ifTrue, int ifFalse)
    {
        if (ConstantAt(ifTrue) is { } whenTrue)
            return whenTrue.IsTrue() ? Or(condition, ifFalse) : And(Not(condition), ifFalse);
        if (ConstantAt(ifFalse) is { } whenFalse)
            return whenFalse.IsTrue() ? Or(Not(condition), ifTrue) : And(condition, ifTrue);
        return null;
    }

    private bool Is(int node, int value) => _nodes[node] is ConstantNode constant && constant.Is(value);

    private bool IsOperation(int node, IrOp op, out OperationNode operation)
    {
        operation = (_nodes[node] as OperationNode)!;
        return operation?.Op == op;
    }

    private static IrOp Opposite(IrOp comparison) => comparison switch
    {
        IrOp.Equal => IrOp.NotEqual,
        IrOp.NotEqual => IrOp.Equal,
        IrOp.Less => IrOp.GreaterOrEqual,
        IrOp.LessOrEqual => IrOp.Greater,
        IrOp.Greater => IrOp.LessOrEqual,
        _ => IrOp.Less,
    };
}
