using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Lowering;

/// <summary>C#'s unchecked numeric conversions.</summary>
internal static class Conversions
{
    /// <summary>Whether a conversion can be computed: only a <c>Half</c> itself may become one, since nothing rounds to it.</summary>
    public static bool Exists(ScalarType from, ScalarType to) =>
        (to.Narrow != Narrow.Half || from.Narrow == Narrow.Half) && (from.Ir == IrType.Bool) == (to.Ir == IrType.Bool);

    /// <summary>Whether every value of one integer type is a value of another, so that a checked conversion cannot fail.</summary>
    public static bool IsLossless(ScalarType from, ScalarType to)
    {
        if (from.Ir == IrType.Bool || from.Ir.IsFloat() || to.Ir.IsFloat())
            return from == to || to.Ir.IsFloat();
        (int fromBits, bool fromSigned) = Shape(from);
        (int toBits, bool toSigned) = Shape(to);
        return fromSigned == toSigned ? fromBits <= toBits : toSigned && fromBits < toBits;
    }

    /// <summary>Converts a value. A float becomes a small integer by way of <c>int</c>, as in .NET.</summary>
    public static int Convert(IrBuilder ir, int value, ScalarType from, ScalarType to)
    {
        int wide = ir.Convert(to.Ir, value);
        return from.Narrow == to.Narrow ? wide : NarrowTo(ir, wide, to.Narrow);
    }

    /// <summary>Reduces an <c>int</c> to a small integer type.</summary>
    public static int NarrowTo(IrBuilder ir, int value, Narrow narrow) => narrow switch
    {
        Narrow.Byte => ir.And(value, ir.Int32(byte.MaxValue)),
        Narrow.UInt16 => ir.And(value, ir.Int32(ushort.MaxValue)),
        Narrow.SByte => SignExtend(ir, value, 24),
        Narrow.Int16 => SignExtend(ir, value, 16),
        _ => value,
    };

    private static int SignExtend(IrBuilder ir, int value, int unusedBits)
    {
        int count = ir.Int32(unusedBits);
        return ir.Operation(IrOp.ShiftRight, ir.Operation(IrOp.ShiftLeft, value, count), count);
    }

    private static (int Bits, bool IsSigned) Shape(ScalarType type) => type.Narrow switch
    {
        Narrow.SByte => (8, true),
        Narrow.Byte => (8, false),
        Narrow.Int16 => (16, true),
        Narrow.UInt16 => (16, false),
        _ => (type.Ir.Width(), !type.Ir.IsUnsigned()),
    };
}
