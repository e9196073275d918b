using FlexAttention.Generators.Ir;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>The constants that generic code takes from <c>INumber&lt;T&gt;</c> and its relatives.</summary>
internal static class GenericNumbers
{
    /// <summary><c>T.Zero</c>, <c>T.Pi</c> and so on for the type that <c>T</c> stands for; null if it is no such constant.</summary>
    public static Value? Constant(LoweringContext context, IPropertyReferenceOperation property)
    {
        bool isGeneric = property.Property.ContainingNamespace?.ToDisplayString() == "System.Numerics";
        if (!isGeneric || ScalarType.Of(context.Frame.Resolve(property.Type)) is not { Narrow: not Narrow.Half } type)
            return null;
        return property.Property.Name switch
        {
            "Zero" or "AdditiveIdentity" => context.Scalar(context.Ir.Number(type.Ir, 0)),
            "One" or "MultiplicativeIdentity" => context.Scalar(context.Ir.Number(type.Ir, 1)),
            "NegativeOne" => context.Scalar(context.Ir.Number(type.Ir, -1)),
            "MinValue" => Bound(context, type, isHighest: false),
            "MaxValue" => Bound(context, type, isHighest: true),
            _ when type.Ir.IsFloat() && Float(property.Property.Name) is { } value =>
                context.Scalar(context.Ir.Convert(type.Ir, context.Ir.Float64(value))),
            _ => null,
        };
    }

    private static double? Float(string name) => name switch
    {
        "Pi" => Math.PI,
        "Tau" => Math.PI * 2,
        "E" => Math.E,
        "NaN" => double.NaN,
        "PositiveInfinity" => double.PositiveInfinity,
        "NegativeInfinity" => double.NegativeInfinity,
        _ => null,
    };

    private static ScalarValue Bound(LoweringContext context, ScalarType type, bool isHighest)
    {
        // Casting infinity saturates, which is the bound of an integer type; a float's is its largest finite number.
        double bound = type.Ir switch
        {
            IrType.Float32 => float.MaxValue,
            IrType.Float64 => double.MaxValue,
            _ => double.PositiveInfinity,
        };
        int wide = context.Ir.Convert(type.Ir, context.Ir.Float64(isHighest ? bound : -bound));
        return context.Scalar(type.Narrow switch
        {
            Narrow.None => wide,
            Narrow.Byte => context.Ir.Int32(isHighest ? byte.MaxValue : 0),
            Narrow.UInt16 => context.Ir.Int32(isHighest ? ushort.MaxValue : 0),
            Narrow.SByte => context.Ir.Int32(isHighest ? sbyte.MaxValue : sbyte.MinValue),
            _ => context.Ir.Int32(isHighest ? short.MaxValue : short.MinValue),
        });
    }
}
