namespace FlexAttention.Generators.Ir;

/// <summary>What kind of number an <see cref="IrType"/> is.</summary>
internal static class IrTypes
{
    public static bool IsFloat(this IrType type) => type is IrType.Float32 or IrType.Float64;

    public static bool IsInteger(this IrType type) =>
        type is IrType.Int32 or IrType.UInt32 or IrType.Int64 or IrType.UInt64;

    public static bool IsUnsigned(this IrType type) => type is IrType.UInt32 or IrType.UInt64;

    /// <summary>The width of an integer type in bits.</summary>
    public static int Width(this IrType type) => type is IrType.Int64 or IrType.UInt64 ? 64 : 32;

    /// <summary>Whether an operation gives a bool whatever its operands are.</summary>
    public static bool IsComparison(this IrOp op) => op is >= IrOp.Equal and <= IrOp.GreaterOrEqual;

    /// <summary>Whether an operation asks a question about a float.</summary>
    public static bool IsFloatTest(this IrOp op) => op is IrOp.IsNaN or IrOp.IsInfinity or IrOp.IsFinite;

    /// <summary>The type of an operation whose first operand has the given type.</summary>
    /// <remarks><see cref="IrOp.Select"/> and <see cref="IrOp.Convert"/> are not decided by their first operand.</remarks>
    public static IrType ResultType(this IrOp op, IrType operand) =>
        op.IsComparison() || op.IsFloatTest() ? IrType.Bool
        : op is IrOp.Sign ? IrType.Int32
        : operand;
}
