namespace FlexAttention.Generators.Ir;

/// <summary>Literals to and from the bits of a <see cref="ConstantNode"/>.</summary>
internal static class IrConstants
{
    public static ConstantNode Int32(int value) => new(IrType.Int32, value);

    public static ConstantNode Bool(bool value) => new(IrType.Bool, value ? 1 : 0);

    /// <summary>A float or double; a float's value must already be rounded to float.</summary>
    public static ConstantNode Float(IrType type, double value) => new(type, BitConverter.DoubleToInt64Bits(value));

    /// <summary>An integer or bool, reduced to its type's width.</summary>
    public static ConstantNode Integer(IrType type, long value) => new(type, Wrap(type, value));

    /// <summary>Zero, or false.</summary>
    public static ConstantNode Zero(IrType type) => new(type, 0);

    public static double ToDouble(this ConstantNode constant) => BitConverter.Int64BitsToDouble(constant.Bits);

    public static bool IsTrue(this ConstantNode constant) => constant.Bits != 0;

    /// <summary>Whether the constant is the number <paramref name="value"/>; for floats, zero means positive zero.</summary>
    public static bool Is(this ConstantNode constant, int value) =>
        constant.Bits == (constant.Type.IsFloat() ? BitConverter.DoubleToInt64Bits(value) : value);

    /// <summary>An integer modulo its type's width, held as the C# conversion to <see cref="long"/> would give it.</summary>
    public static long Wrap(IrType type, long value) => type switch
    {
        IrType.Bool => value != 0 ? 1 : 0,
        IrType.Int32 => unchecked((int)value),
        IrType.UInt32 => unchecked((uint)value),
        _ => value,
    };
}
