using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Intrinsics;

/// <summary>
/// The rules of derivatives, one an operation. Where a function has an edge, the rule is that of the branch that C# takes;
/// steps (rounding, comparing, integers) have the derivative zero, which is no rule at all.
/// </summary>
internal static class Derivatives
{
    private const double Ln2 = 0.693147180559945309417;
    private const double Ln10 = 2.302585092994045684018;

    public static Monomial? Add(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) => d.Add(x[0], x[1], node.Type);

    public static Monomial? Subtract(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        d.Add(x[0], DerivativeAlgebra.Negate(x[1]), node.Type);

    public static Monomial? Multiply(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        d.Add(d.Times(x[0], node.Arguments[1]), d.Times(x[1], node.Arguments[0]), node.Type);

    public static Monomial? Divide(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x)
    {
        int divisor = node.Arguments[1];
        return d.Add(d.Over(x[0], divisor), DerivativeAlgebra.Negate(d.Over(d.Times(x[1], value), divisor)), node.Type);
    }

    /// <summary>x - trunc(x / y) y.</summary>
    public static Monomial? Remainder(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x)
    {
        if (x[1] is null)
            return x[0];
        int quotient = d.Ir.Operation(IrOp.Truncate, d.Ir.Operation(IrOp.Divide, node.Arguments[0], node.Arguments[1]));
        return d.Add(x[0], DerivativeAlgebra.Negate(d.Times(x[1], quotient)), node.Type);
    }

    public static Monomial? Negate(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) => DerivativeAlgebra.Negate(x[0]);

    /// <summary>That of the smaller argument; of the first one if both are equal.</summary>
    public static Monomial? Minimum(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        Choose(d, IrOp.LessOrEqual, node, x);

    /// <inheritdoc cref="Minimum"/>
    public static Monomial? Maximum(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        Choose(d, IrOp.GreaterOrEqual, node, x);

    /// <summary>The sign, which is 0 at 0.</summary>
    public static Monomial? Abs(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        x[0] is null ? null : d.Times(x[0], d.Ir.Convert(node.Type, d.Ir.Operation(IrOp.Sign, node.Arguments[0])));

    public static Monomial? Select(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        d.Select(node.Arguments[0], x[1], x[2], node.Type);

    public static Monomial? Convert(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x)
    {
        IrType from = d.Ir.TypeOf(node.Arguments[0]);
        return from.IsFloat() && node.Type.IsFloat() ? d.Convert(x[0], from, node.Type) : null;
    }

    public static Monomial? FusedMultiplyAdd(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        d.Add(Multiply(d, node, value, x), x[2], node.Type);

    public static Monomial? Sqrt(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) => d.Over(x[0], value)?.Times(0.5);

    public static Monomial? ReciprocalSqrt(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        d.Over(d.Times(x[0], value), node.Arguments[0])?.Times(-0.5);

    public static Monomial? Cbrt(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        d.Over(d.Over(x[0], value), value)?.Times(1.0 / 3);

    public static Monomial? Exp(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) => d.Times(x[0], value);

    public static Monomial? Exp2(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) => d.Times(x[0], value)?.Times(Ln2);

    public static Monomial? Log(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) => d.Over(x[0], node.Arguments[0]);

    public static Monomial? Log2(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        Log(d, node, value, x)?.Times(1 / Ln2);

    public static Monomial? Log10(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        Log(d, node, value, x)?.Times(1 / Ln10);

    /// <summary>y x^(y-1) by the base; x^y log x by the exponent, and 0 where x^y is 0: log 0 is no number to multiply with.</summary>
    public static Monomial? Power(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x)
    {
        (int radix, int exponent) = (node.Arguments[0], node.Arguments[1]);
        Monomial? byRadix = null, byExponent = null;
        if (x[0] is not null)
        {
            int lower = d.Ir.Operation(IrOp.Subtract, exponent, d.Constant(node.Type, 1));
            byRadix = d.Times(d.Times(x[0], exponent), d.Ir.Operation(IrOp.Power, radix, lower));
        }

        if (x[1] is not null)
        {
            int isZero = d.Ir.Operation(IrOp.Equal, value, d.Ir.Zero(node.Type));
            byExponent = d.Select(isZero, null, d.Times(d.Times(x[1], value), d.Ir.Operation(IrOp.Log, radix)), node.Type);
        }

        return d.Add(byRadix, byExponent, node.Type);
    }

    public static Monomial? Sin(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) => TimesFunction(d, IrOp.Cos, node, x);

    public static Monomial? Cos(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        DerivativeAlgebra.Negate(TimesFunction(d, IrOp.Sin, node, x));

    public static Monomial? Tan(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        x[0] is null ? null : d.Times(x[0], OneWithSquare(d, IrOp.Add, value));

    public static Monomial? Asin(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        x[0] is null ? null : d.Over(x[0], d.Ir.Operation(IrOp.Sqrt, OneWithSquare(d, IrOp.Subtract, node.Arguments[0])));

    public static Monomial? Acos(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        DerivativeAlgebra.Negate(Asin(d, node, value, x));

    public static Monomial? Atan(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        x[0] is null ? null : d.Over(x[0], OneWithSquare(d, IrOp.Add, node.Arguments[0]));

    public static Monomial? Atan2(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x)
    {
        (int rise, int run) = (node.Arguments[0], node.Arguments[1]);
        Monomial? numerator = d.Add(d.Times(x[0], run), DerivativeAlgebra.Negate(d.Times(x[1], rise)), node.Type);
        return numerator is null ? null : d.Over(numerator, d.Ir.Operation(IrOp.Add, Square(d, rise), Square(d, run)));
    }

    public static Monomial? Sinh(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) => TimesFunction(d, IrOp.Cosh, node, x);

    public static Monomial? Cosh(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) => TimesFunction(d, IrOp.Sinh, node, x);

    public static Monomial? Tanh(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        x[0] is null ? null : d.Times(x[0], OneWithSquare(d, IrOp.Subtract, value));

    public static Monomial? Asinh(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        x[0] is null ? null : d.Over(x[0], d.Ir.Operation(IrOp.Sqrt, OneWithSquare(d, IrOp.Add, node.Arguments[0])));

    public static Monomial? Acosh(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x)
    {
        if (x[0] is null)
            return null;
        int below = d.Ir.Operation(IrOp.Subtract, Square(d, node.Arguments[0]), d.Constant(node.Type, 1));
        return d.Over(x[0], d.Ir.Operation(IrOp.Sqrt, below));
    }

    public static Monomial? Atanh(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x) =>
        x[0] is null ? null : d.Over(x[0], OneWithSquare(d, IrOp.Subtract, node.Arguments[0]));

    /// <summary>1 where both signs are the same, else -1.</summary>
    public static Monomial? CopySign(DerivativeAlgebra d, OperationNode node, int value, Monomial?[] x)
    {
        if (x[0] is null)
            return null;
        int one = d.Constant(node.Type, 1);
        int signs = d.Ir.Operation(
            IrOp.Multiply,
            d.Ir.Operation(IrOp.CopySign, one, node.Arguments[0]),
            d.Ir.Operation(IrOp.CopySign, one, node.Arguments[1]));
        return d.Times(x[0], signs);
    }

    private static Monomial? Choose(DerivativeAlgebra d, IrOp comparison, OperationNode node, Monomial?[] x) =>
        x[0] is null && x[1] is null
            ? null
            : d.Select(d.Ir.Operation(comparison, node.Arguments[0], node.Arguments[1]), x[0], x[1], node.Type);

    private static Monomial? TimesFunction(DerivativeAlgebra d, IrOp function, OperationNode node, Monomial?[] x) =>
        x[0] is null ? null : d.Times(x[0], d.Ir.Operation(function, node.Arguments[0]));

    private static int OneWithSquare(DerivativeAlgebra d, IrOp op, int value) =>
        d.Ir.Operation(op, d.Constant(d.Ir.TypeOf(value), 1), Square(d, value));

    private static int Square(DerivativeAlgebra d, int value) => d.Ir.Operation(IrOp.Multiply, value, value);
}
