using System.Globalization;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Lowering;

/// <summary>C#'s compile-time constants as nodes.</summary>
internal static class Literals
{
    /// <summary>A boxed constant, as Roslyn gives it, in the type that holds it.</summary>
    public static int Create(IrBuilder ir, object constant, IrType type) => constant switch
    {
        bool value => ir.Bool(value),
        float value => ir.Append(IrConstants.Float(type, value)),
        double value => ir.Append(IrConstants.Float(type, value)),
        ulong value => ir.Append(IrConstants.Integer(type, unchecked((long)value))),
        _ => ir.Append(IrConstants.Integer(type, Convert.ToInt64(constant, CultureInfo.InvariantCulture))),
    };
}
