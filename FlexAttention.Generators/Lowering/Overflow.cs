using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Lowering;

/// <summary>Integer arithmetic that cannot overflow, so that it means the same checked and unchecked.</summary>
internal static class Overflow
{
    public static bool IsImpossible(IrBuilder ir, IrOp op, int left, int right)
    {
        if (ir.ConstantAt(left) is { Type: IrType.Int32 } x && ir.ConstantAt(right) is { Type: IrType.Int32 } y)
            return Exact(op, x.Bits, y.Bits) is >= int.MinValue and <= int.MaxValue;
        // Indices and lengths are never negative, so their distance is an int.
        return op == IrOp.Subtract && IsNatural(ir[left]) && IsNatural(ir[right]);
    }

    private static long Exact(IrOp op, long x, long y) => op switch
    {
        IrOp.Add => x + y,
        IrOp.Subtract => x - y,
        _ => x * y,
    };

    private static bool IsNatural(IrNode node) => node is IndexNode or ExtentNode or ConstantNode { Type: IrType.Int32, Bits: >= 0 };
}
