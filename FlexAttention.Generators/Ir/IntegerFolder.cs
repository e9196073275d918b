namespace FlexAttention.Generators.Ir;

/// <summary>Operations on integer and bool constants: results wrap to the type's width.</summary>
internal static class IntegerFolder
{
    public static ConstantNode? FoldUnary(IrType type, IrOp op, ConstantNode x)
    {
        long? value = op switch
        {
            IrOp.Negate => unchecked(-x.Bits),
            IrOp.Not => x.Type == IrType.Bool ? 1 - x.Bits : ~x.Bits,
            // The lowest integer has no absolute value: C# throws.
            IrOp.Abs when x.Bits != Lowest(x.Type) => Math.Abs(x.Bits),
            IrOp.Sign => Math.Sign(x.Bits),
            _ => null,
        };
        return value is { } bits ? IrConstants.Integer(type, bits) : null;
    }

    public static ConstantNode? FoldBinary(IrType type, IrOp op, ConstantNode x, ConstantNode y) =>
        Evaluate(op, x, y) is { } bits ? IrConstants.Integer(type, bits) : null;

    private static long? Evaluate(IrOp op, ConstantNode x, ConstantNode y) => op switch
    {
        IrOp.Add => unchecked(x.Bits + y.Bits),
        IrOp.Subtract => unchecked(x.Bits - y.Bits),
        IrOp.Multiply => unchecked(x.Bits * y.Bits),
        IrOp.Divide or IrOp.Remainder or IrOp.FloorDivide or IrOp.FloorModulo => Divide(op, x, y),
        IrOp.Minimum => Compare(x, y) <= 0 ? x.Bits : y.Bits,
        IrOp.Maximum => Compare(x, y) >= 0 ? x.Bits : y.Bits,
        IrOp.And => x.Bits & y.Bits,
        IrOp.Or => x.Bits | y.Bits,
        IrOp.Xor => x.Bits ^ y.Bits,
        IrOp.ShiftLeft => x.Bits << Count(x.Type, y),
        IrOp.ShiftRight => x.Type.IsUnsigned() ? ShiftIn0(x, y) : x.Bits >> Count(x.Type, y),
        IrOp.ShiftRightUnsigned => ShiftIn0(x, y),
        _ when op.IsComparison() => Holds(op, Compare(x, y)) ? 1 : 0,
        _ => null,
    };

    private static long? Divide(IrOp op, ConstantNode x, ConstantNode y)
    {
        bool throws = y.Bits == 0 || (!x.Type.IsUnsigned() && y.Bits == -1 && x.Bits == Lowest(x.Type));
        if (throws)
            return null;
        if (x.Type == IrType.UInt64)
            return DivideUnsigned(op, unchecked((ulong)x.Bits), unchecked((ulong)y.Bits));
        long quotient = x.Bits / y.Bits;
        long remainder = x.Bits % y.Bits;
        bool roundsUp = remainder != 0 && (remainder < 0) != (y.Bits < 0);
        return op switch
        {
            IrOp.Divide => quotient,
            IrOp.Remainder => remainder,
            IrOp.FloorDivide => roundsUp ? quotient - 1 : quotient,
            _ => roundsUp ? remainder + y.Bits : remainder,
        };
    }

    private static long DivideUnsigned(IrOp op, ulong x, ulong y) =>
        unchecked((long)(op is IrOp.Divide or IrOp.FloorDivide ? x / y : x % y));

    private static int Compare(ConstantNode x, ConstantNode y) =>
        x.Type == IrType.UInt64
            ? unchecked((ulong)x.Bits).CompareTo(unchecked((ulong)y.Bits))
            : x.Bits.CompareTo(y.Bits);

    private static bool Holds(IrOp comparison, int order) => comparison switch
    {
        IrOp.Equal => order == 0,
        IrOp.NotEqual => order != 0,
        IrOp.Less => order < 0,
        IrOp.LessOrEqual => order <= 0,
        IrOp.Greater => order > 0,
        _ => order >= 0,
    };

    private static long ShiftIn0(ConstantNode x, ConstantNode y)
    {
        int count = Count(x.Type, y);
        return x.Type.Width() == 32
            ? unchecked((uint)x.Bits) >> count
            : unchecked((long)((ulong)x.Bits >> count));
    }

    private static int Count(IrType type, ConstantNode y) => (int)(y.Bits & (type.Width() - 1));

    private static long Lowest(IrType type) => type switch
    {
        IrType.Int32 => int.MinValue,
        IrType.Int64 => long.MinValue,
        _ => 0,
    };
}
