namespace FlexAttention.Generators.Ir;

/// <summary>Comparisons seen from the other side.</summary>
internal static class Comparisons
{
    /// <summary>The comparison with its operands exchanged: <c>x &lt; y</c> is <c>y > x</c>.</summary>
    public static IrOp Mirrored(this IrOp op) => op switch
    {
        IrOp.Less => IrOp.Greater,
        IrOp.LessOrEqual => IrOp.GreaterOrEqual,
        IrOp.Greater => IrOp.Less,
        IrOp.GreaterOrEqual => IrOp.LessOrEqual,
        _ => op,
    };
}
