namespace FlexAttention.Generators.Ir;

/// <summary>Operations on float and double constants whose results IEEE 754 fixes to the bit.</summary>
internal static class FloatFolder
{
    public static ConstantNode? Fold(IrType type, IrOp op, IReadOnlyList<ConstantNode> arguments)
    {
        double x = arguments[0].ToDouble();
        double y = arguments.Count == 2 ? arguments[1].ToDouble() : 0;
        if (op.IsComparison())
            return IrConstants.Bool(Holds(op, x, y));
        if (op.IsFloatTest())
            return IrConstants.Bool(Test(op, x));
        if (op == IrOp.Sign)
            return double.IsNaN(x) ? null : IrConstants.Int32(Math.Sign(x));
        double? value = type == IrType.Float32 ? Single(op, (float)x, (float)y) : Double(op, x, y);
        value ??= Exact(op, x, y);
        return value is { } result ? IrConstants.Float(type, result) : null;
    }

    private static double? Single(IrOp op, float x, float y) => op switch
    {
        IrOp.Add => (float)(x + y),
        IrOp.Subtract => (float)(x - y),
        IrOp.Multiply => (float)(x * y),
        IrOp.Divide => (float)(x / y),
        IrOp.Remainder => (float)(x % y),
        // A double's root rounded to float is the float's root: 53 bits are more than twice 24 and two.
        IrOp.Sqrt => (float)Math.Sqrt(x),
        _ => null,
    };

    private static double? Double(IrOp op, double x, double y) => op switch
    {
        IrOp.Add => x + y,
        IrOp.Subtract => x - y,
        IrOp.Multiply => x * y,
        IrOp.Divide => x / y,
        IrOp.Remainder => x % y,
        IrOp.Sqrt => Math.Sqrt(x),
        _ => null,
    };

    /// <summary>Operations whose result is representable in whatever type the operands have.</summary>
    private static double? Exact(IrOp op, double x, double y) => op switch
    {
        IrOp.Negate => -x,
        IrOp.Abs => Math.Abs(x),
        // Zeros of either sign compare equal, and older runtimes choose between them by position.
        IrOp.Minimum when x != 0 || y != 0 => Math.Min(x, y),
        IrOp.Maximum when x != 0 || y != 0 => Math.Max(x, y),
        IrOp.Floor => Math.Floor(x),
        IrOp.Ceiling => Math.Ceiling(x),
        IrOp.Truncate => Math.Truncate(x),
        IrOp.Round => Math.Round(x),
        _ => null,
    };

    private static bool Holds(IrOp comparison, double x, double y) => comparison switch
    {
        IrOp.Equal => x == y,
        IrOp.NotEqual => x != y,
        IrOp.Less => x < y,
        IrOp.LessOrEqual => x <= y,
        IrOp.Greater => x > y,
        _ => x >= y,
    };

    private static bool Test(IrOp test, double x) => test switch
    {
        IrOp.IsNaN => double.IsNaN(x),
        IrOp.IsInfinity => double.IsInfinity(x),
        _ => !double.IsNaN(x) && !double.IsInfinity(x),
    };
}
