using System.Globalization;
using FlexAttention.Generators.Ir;
using Microsoft.CodeAnalysis.CSharp;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>Constants as C# text. A number's text gives back its very bits.</summary>
internal static class CSharpLiteral
{
    private static readonly string[] SingleFormats = ["G6", "G7", "G8", "G9"];

    /// <summary>A constant of the graph.</summary>
    public static string Of(ConstantNode constant) => constant.Type switch
    {
        IrType.Bool => constant.Bits != 0 ? "true" : "false",
        IrType.Int32 => Text((int)constant.Bits),
        IrType.UInt32 => Text((uint)constant.Bits) + "u",
        IrType.Int64 => Text(constant.Bits) + "L",
        IrType.UInt64 => ((ulong)constant.Bits).ToString(CultureInfo.InvariantCulture) + "UL",
        IrType.Float32 => Of((float)BitConverter.Int64BitsToDouble(constant.Bits)),
        IrType.Float64 => Of(BitConverter.Int64BitsToDouble(constant.Bits)),
        _ => throw new ArgumentOutOfRangeException(nameof(constant), constant, "An unknown type."),
    };

    /// <summary>A string literal.</summary>
    public static string Of(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    private static string Of(float value)
    {
        if (float.IsNaN(value) || float.IsInfinity(value))
            return "float." + Special(value);
        string digits = Array.Find(SingleFormats, format => float.Parse(Format(value, format), CultureInfo.InvariantCulture) == value) ?? "G9";
        return Sign(value, Format(Math.Abs(value), digits)) + "f";
    }

    private static string Of(double value)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
            return "double." + Special(value);
        // Fewer digits might do, but to try them means to parse them, and .NET Framework's parser throws on 1.79769313486232E+308.
        return Sign(value, Format(Math.Abs(value), "G17")) + "d";
    }

    private static string Special(double value) => value switch
    {
        double.PositiveInfinity => "PositiveInfinity",
        double.NegativeInfinity => "NegativeInfinity",
        _ => "NaN",
    };

    /// <summary>The sign of a zero is kept too.</summary>
    private static string Sign(double value, string magnitude) =>
        BitConverter.DoubleToInt64Bits(value) < 0 ? "-" + magnitude : magnitude;

    private static string Format(IFormattable value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
