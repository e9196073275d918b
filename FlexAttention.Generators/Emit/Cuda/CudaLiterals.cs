using System.Globalization;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>The spelling of constants: each reads back as the same bits.</summary>
internal static class CudaLiterals
{
    private const float Log2E = 1.44269504088896341f;

    public static CudaExpression Of(ConstantNode constant) => constant.Type switch
    {
        IrType.Bool => CudaExpression.Primary(constant.IsTrue() ? "true" : "false"),
        // C++ has no negative literals: the lowest numbers are out of range before the minus.
        IrType.Int32 when constant.Bits == int.MinValue => CudaExpression.Primary("(-2147483647 - 1)"),
        IrType.Int64 when constant.Bits == long.MinValue => CudaExpression.Primary("(-9223372036854775807LL - 1)"),
        IrType.Int32 => Signed(Text(constant.Bits)),
        IrType.Int64 => Signed(Text(constant.Bits) + "LL"),
        IrType.UInt32 => CudaExpression.Primary(Text(constant.Bits) + "u"),
        IrType.UInt64 => CudaExpression.Primary(unchecked((ulong)constant.Bits).ToString(CultureInfo.InvariantCulture) + "ULL"),
        IrType.Float32 => Single((float)constant.ToDouble()),
        IrType.Float64 => Double(constant.ToDouble()),
        _ => throw new ArgumentOutOfRangeException(nameof(constant), constant, "An unknown type."),
    };

    private static CudaExpression Single(float value)
    {
        if (float.IsNaN(value))
            return CudaExpression.Primary("flex::kNaN");
        if (float.IsInfinity(value))
            return Signed(value > 0 ? "flex::kInfinity" : "-flex::kInfinity");
        return value == Log2E ? CudaExpression.Primary("flex::kLog2E") : Signed(Shortest(value) + "f");
    }

    private static CudaExpression Double(double value)
    {
        if (double.IsNaN(value))
            return CudaExpression.Primary("flex::to_double(flex::kNaN)");
        if (double.IsInfinity(value))
            return CudaExpression.Primary($"flex::to_double({(value > 0 ? "" : "-")}flex::kInfinity)");
        string text = value.ToString("G17", CultureInfo.InvariantCulture);
        return Signed(WithPoint(IsNegativeZero(value) ? "-0" : text));
    }

    /// <summary>The fewest digits, of 7 to 9, that read back as the value.</summary>
    private static string Shortest(float value)
    {
        if (IsNegativeZero(value))
            return "-0.0";
        string text = "";
        for (int digits = 7; digits <= 9; digits++)
        {
            text = value.ToString("G" + digits, CultureInfo.InvariantCulture);
            if (float.Parse(text, CultureInfo.InvariantCulture) == value)
                break;
        }

        return WithPoint(text);
    }

    private static bool IsNegativeZero(double value) => value == 0 && 1 / value < 0;

    private static string WithPoint(string number) =>
        number.IndexOfAny(['.', 'E']) >= 0 ? number.ToLowerInvariant() : number + ".0";

    private static CudaExpression Signed(string text) =>
        text[0] == '-' ? CudaExpression.Unary(text) : CudaExpression.Primary(text);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
