using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Lowering;

/// <summary>The functions of <c>BitOperations</c> and of the integer types that a few operations make.</summary>
internal static class BitFunctions
{
    public static bool Has(string type, string method, IReadOnlyList<IrType> parameters)
    {
        bool isOfBits = type is "System.Numerics.BitOperations" or "System.Int32" or "System.UInt32";
        bool is32Bits = parameters[0] is IrType.Int32 or IrType.UInt32;
        return isOfBits && is32Bits && (method, parameters.Count) is ("PopCount", 1) or ("RotateLeft" or "RotateRight", 2);
    }

    public static int Lower(IrBuilder ir, string method, int[] x) => method switch
    {
        "PopCount" => CountBits(ir, x[0]),
        "RotateLeft" => Rotate(ir, IrOp.ShiftLeft, IrOp.ShiftRightUnsigned, x),
        _ => Rotate(ir, IrOp.ShiftRightUnsigned, IrOp.ShiftLeft, x),
    };

    private static int Rotate(IrBuilder ir, IrOp forth, IrOp back, int[] x)
    {
        int rest = ir.Operation(IrOp.Negate, x[1]);
        return ir.Or(ir.Operation(forth, x[0], x[1]), ir.Operation(back, x[0], rest));
    }

    /// <summary>Sums bits in pairs, pairs in fours, and fours in bytes, which a product adds up in the highest byte.</summary>
    private static int CountBits(IrBuilder ir, int value)
    {
        int Constant(int bits) => ir.Number(ir.TypeOf(value), bits);
        int Shifted(int bits, int count) => ir.Operation(IrOp.ShiftRightUnsigned, bits, ir.Int32(count));
        int pairs = ir.Operation(IrOp.Subtract, value, ir.And(Shifted(value, 1), Constant(0x55555555)));
        int fours = ir.Operation(IrOp.Add, ir.And(pairs, Constant(0x33333333)), ir.And(Shifted(pairs, 2), Constant(0x33333333)));
        int bytes = ir.And(ir.Operation(IrOp.Add, fours, Shifted(fours, 4)), Constant(0x0F0F0F0F));
        return Shifted(ir.Operation(IrOp.Multiply, bytes, Constant(0x01010101)), 24);
    }
}
