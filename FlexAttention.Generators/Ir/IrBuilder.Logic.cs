namespace FlexAttention.Generators.Ir;

/// <summary>Boolean algebra: what keeps the path conditions of branches, returns and loops short.</summary>
internal sealed partial class IrBuilder
{
    private int? SimplifyLogic(IrOp op, int x, int y) => op switch
    {
        IrOp.And => SimplifyAnd(x, y) ?? SimplifyAnd(y, x),
        IrOp.Or => SimplifyOr(x, y) ?? SimplifyOr(y, x),
        IrOp.Xor or IrOp.NotEqual => SimplifyDifference(x, y) ?? SimplifyDifference(y, x),
        IrOp.Equal => SimplifySame(x, y) ?? SimplifySame(y, x),
        _ => null,
    };

    private int? SimplifyAnd(int x, int y)
    {
        if (ConstantAt(x) is { } constant)
            return constant.IsTrue() ? y : x;
        if (x == y)
            return x;
        if (IsComplement(x, y))
            return Bool(false);
        // x && (x || c) = x, x && (x && c) = x && c, x && (!x || c) = x && c
        if (HasArgument(y, IrOp.Or, x))
            return x;
        if (HasArgument(y, IrOp.And, x))
            return y;
        return TryWithoutComplement(y, IrOp.Or, x, out int rest) ? And(x, rest) : null;
    }

    private int? SimplifyOr(int x, int y)
    {
        if (ConstantAt(x) is { } constant)
            return constant.IsTrue() ? x : y;
        if (x == y)
            return x;
        if (IsComplement(x, y))
            return Bool(true);
        // x || (x && c) = x, x || (x || c) = x || c, x || (!x && c) = x || c
        if (HasArgument(y, IrOp.And, x))
            return x;
        if (HasArgument(y, IrOp.Or, x))
            return y;
        return TryWithoutComplement(y, IrOp.And, x, out int rest) ? Or(x, rest) : JoinBranches(x, y);
    }

    /// <summary>(p &amp;&amp; c) || (p &amp;&amp; !c) = p: where the two branches of an <c>if</c> meet.</summary>
    private int? JoinBranches(int x, int y)
    {
        if (!IsOperation(x, IrOp.And, out OperationNode left) || !IsOperation(y, IrOp.And, out OperationNode right))
            return null;
        foreach (int path in left.Arguments)
        {
            if (right.Arguments.Contains(path) && IsComplement(Other(left, path), Other(right, path)))
                return path;
        }

        return null;
    }

    private int? SimplifyDifference(int x, int y)
    {
        if (ConstantAt(x) is { } constant)
            return constant.IsTrue() ? Not(y) : y;
        return x == y ? Bool(false) : null;
    }

    private int? SimplifySame(int x, int y)
    {
        if (ConstantAt(x) is { } constant)
            return constant.IsTrue() ? y : Not(y);
        return x == y ? Bool(true) : null;
    }

    private bool IsComplement(int x, int y) => IsNegation(x, y) || IsNegation(y, x) || IsOppositeComparison(x, y);

    private bool IsNegation(int x, int y) => IsOperation(x, IrOp.Not, out OperationNode not) && not.Arguments[0] == y;

    private bool IsOppositeComparison(int x, int y) =>
        _nodes[x] is OperationNode { Op: var op } left && op.IsComparison()
        && _nodes[y] is OperationNode right && right.Op == Opposite(op) && left.Arguments == right.Arguments
        && (op is IrOp.Equal or IrOp.NotEqual || !TypeOf(left.Arguments[0]).IsFloat());

    private bool HasArgument(int node, IrOp op, int argument) =>
        IsOperation(node, op, out OperationNode operation) && operation.Arguments.Contains(argument);

    /// <summary>Whether <paramref name="node"/> is <c>!x op rest</c>.</summary>
    private bool TryWithoutComplement(int node, IrOp op, int x, out int rest)
    {
        rest = -1;
        if (!IsOperation(node, op, out OperationNode operation))
            return false;
        foreach (int argument in operation.Arguments)
        {
            if (IsComplement(argument, x))
                rest = Other(operation, argument);
        }

        return rest >= 0;
    }

    private static int Other(OperationNode pair, int argument) =>
        pair.Arguments[0] == argument ? pair.Arguments[1] : pair.Arguments[0];
}
