using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Analysis;

/// <summary>
/// What the rules of derivatives are written in. A derivative is null where it is zero, so that what does not depend on
/// the variable adds no node.
/// </summary>
internal sealed class DerivativeAlgebra(IrBuilder ir)
{
    /// <summary>The graph that derivatives are added to.</summary>
    public IrBuilder Ir => ir;

    public static Monomial? Negate(Monomial? x) => x?.Times(-1);

    /// <summary>A derivative times a value.</summary>
    public Monomial? Times(Monomial? x, int value) => Scale(x, value, 1);

    /// <summary>A derivative over a value.</summary>
    public Monomial? Over(Monomial? x, int value) => Scale(x, value, -1);

    /// <summary>The sum of two derivatives of values of the given type.</summary>
    public Monomial? Add(Monomial? x, Monomial? y, IrType type)
    {
        if (x is null || y is null)
            return x ?? y;
        if (x.IsLike(y))
            return x.Coefficient + y.Coefficient == 0 ? null : x with { Coefficient = x.Coefficient + y.Coefficient };
        if (y.Coefficient < 0)
            return Monomial.Of(ir.Operation(IrOp.Subtract, ToNode(x, type), ToNode(y.Times(-1), type)));
        return x.Coefficient < 0
            ? Monomial.Of(ir.Operation(IrOp.Subtract, ToNode(y, type), ToNode(x.Times(-1), type)))
            : Monomial.Of(ir.Operation(IrOp.Add, ToNode(x, type), ToNode(y, type)));
    }

    /// <summary>The derivative of the branch that is taken: what the other one's is, NaN included, does not matter.</summary>
    public Monomial? Select(int condition, Monomial? ifTrue, Monomial? ifFalse, IrType type)
    {
        if (ifTrue is null && ifFalse is null)
            return null;
        if (ifTrue is not null && ifFalse is not null && ifTrue.IsLike(ifFalse) && ifTrue.Coefficient.Equals(ifFalse.Coefficient))
            return ifTrue;
        return Monomial.Of(ir.Select(condition, ToNode(ifTrue, type), ToNode(ifFalse, type)));
    }

    /// <summary>A derivative of a value of one floating-point type as that of the value in another.</summary>
    public Monomial? Convert(Monomial? x, IrType from, IrType to) =>
        x is null || x.Powers.IsEmpty ? x : Monomial.Of(ir.Convert(to, ToNode(x, from)));

    /// <summary>The node whose value a derivative is.</summary>
    public int ToNode(Monomial? x, IrType type)
    {
        if (x is null)
            return ir.Zero(type);
        int? numerator = Product(x, sign: 1), denominator = Product(x, sign: -1);
        bool negates = x.Coefficient == -1 && numerator is not null;
        if (numerator is null)
            numerator = Constant(type, x.Coefficient);
        else if (!negates)
            numerator = ir.Operation(IrOp.Multiply, numerator.Value, Constant(type, x.Coefficient));
        int quotient = denominator is { } divisor ? ir.Operation(IrOp.Divide, numerator.Value, divisor) : numerator.Value;
        return negates ? ir.Operation(IrOp.Negate, quotient) : quotient;
    }

    /// <summary>A number as a node of a floating-point type.</summary>
    public int Constant(IrType type, double value) =>
        type == IrType.Float32 ? ir.Float32((float)value) : ir.Float64(value);

    private Monomial? Scale(Monomial? x, int value, int exponent)
    {
        if (x is null || ir.ConstantAt(value) is not { } constant)
            return x?.Times(value, exponent);
        double number = constant.ToDouble();
        return number == 0 && exponent > 0 ? null : x.Times(exponent > 0 ? number : 1 / number);
    }

    private int? Product(Monomial x, int sign)
    {
        int? product = null;
        foreach (KeyValuePair<int, int> power in x.Powers)
        {
            for (int i = 0; i < power.Value * sign; i++)
                product = product is { } left ? ir.Operation(IrOp.Multiply, left, power.Key) : power.Key;
        }

        return product;
    }
}
