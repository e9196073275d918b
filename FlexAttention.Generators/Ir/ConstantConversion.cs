namespace FlexAttention.Generators.Ir;

/// <summary>Unchecked C# casts of constants: integers wrap, floats truncate towards zero and saturate, NaN gives 0.</summary>
internal static class ConstantConversion
{
    private const double TwoTo63 = 9223372036854775808.0;
    private const double TwoTo64 = 18446744073709551616.0;

    public static ConstantNode Convert(ConstantNode value, IrType type)
    {
        if (value.Type.IsFloat())
            return type.IsFloat() ? FromDouble(value.ToDouble(), type) : new ConstantNode(type, Truncate(value.ToDouble(), type));
        return type.IsFloat() ? FromInteger(value, type) : IrConstants.Integer(type, value.Bits);
    }

    private static ConstantNode FromDouble(double value, IrType type) =>
        IrConstants.Float(type, type == IrType.Float32 ? (float)value : value);

    private static ConstantNode FromInteger(ConstantNode value, IrType type)
    {
        bool isSingle = type == IrType.Float32;
        if (value.Type != IrType.UInt64)
            return IrConstants.Float(type, isSingle ? (float)value.Bits : value.Bits);
        ulong unsigned = unchecked((ulong)value.Bits);
        return IrConstants.Float(type, isSingle ? (float)unsigned : unsigned);
    }

    private static long Truncate(double value, IrType type) => type switch
    {
        _ when double.IsNaN(value) => 0,
        IrType.Int32 => value <= int.MinValue ? int.MinValue : value >= int.MaxValue ? int.MaxValue : (int)value,
        IrType.UInt32 => value <= 0 ? 0 : value >= uint.MaxValue ? uint.MaxValue : (uint)value,
        IrType.Int64 => value <= -TwoTo63 ? long.MinValue : value >= TwoTo63 ? long.MaxValue : (long)value,
        _ => value <= 0 ? 0 : value >= TwoTo64 ? -1 : unchecked((long)(ulong)value),
    };
}
