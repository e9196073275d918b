namespace FlexAttention.Generators.Ir;

/// <summary>
/// Evaluates operations on constants exactly as C# does at run time. What C# would throw on (a zero divisor), and what
/// may differ in the last place between machines (transcendental functions), is left alone.
/// </summary>
internal static class ConstantFolder
{
    /// <summary>The value of <paramref name="op"/> on constants, or null if it has to be computed at run time.</summary>
    public static ConstantNode? Fold(IrType type, IrOp op, IReadOnlyList<ConstantNode> arguments)
    {
        IrType operand = arguments[0].Type;
        if (op == IrOp.Convert)
            return ConstantConversion.Convert(arguments[0], type);
        if (operand.IsFloat())
            return FloatFolder.Fold(type, op, arguments);
        return arguments.Count switch
        {
            1 => IntegerFolder.FoldUnary(type, op, arguments[0]),
            2 => IntegerFolder.FoldBinary(type, op, arguments[0], arguments[1]),
            _ => null,
        };
    }
}
