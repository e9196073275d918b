using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Intrinsics;

/// <summary>
/// What is known of an operation's value where its operands are intervals. The arithmetic itself is the runtime's
/// <c>Intervals</c>, which has a method of the operation's name for each that has a rule here.
/// </summary>
internal static class IntervalRules
{
    /// <summary>Whether there are intervals of a type. Floats are left out, and what 128 bits do not hold the products of.</summary>
    public static bool HasIntervals(IrType type) => type is IrType.Bool or IrType.Int32 or IrType.UInt32 or IrType.Int64;

    /// <summary>Whether an operation's value is known at all.</summary>
    /// <param name="op">The operation, of a type that has intervals.</param>
    /// <param name="known">Which of its operands are known.</param>
    public static bool IsKnown(IrOp op, IReadOnlyList<bool> known) => op switch
    {
        // A false operand decides a conjunction, and a divisor bounds a remainder, whatever the other operand is.
        IrOp.And or IrOp.Or or IrOp.Minimum or IrOp.Maximum => known[0] || known[1],
        IrOp.Remainder or IrOp.FloorModulo => known[0] || known[1],
        IrOp.Select => (known[0] && (known[1] || known[2])) || (known[1] && known[2]),
        _ => HasRule(op) && known.All(static operand => operand),
    };

    private static bool HasRule(IrOp op) => op is <= IrOp.GreaterOrEqual or IrOp.Convert or IrOp.FloorDivide;
}
