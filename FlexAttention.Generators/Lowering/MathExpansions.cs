using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Lowering;

/// <summary>Functions of .NET that are several operations, written as .NET defines them.</summary>
internal sealed class MathExpansions(LoweringContext context)
{
    private static readonly HashSet<string> Types =
        ["System.Math", "System.MathF", "System.Single", "System.Double", "System.Int32", "System.UInt32", "System.Int64", "System.UInt64"];

    private IrBuilder Ir => context.Ir;

    /// <summary>Whether a method is one of these functions.</summary>
    public static bool Has(string type, string method, IReadOnlyList<IrType> parameters)
    {
        if (!Types.Contains(type) || parameters.Any(parameter => parameter != parameters[0]))
            return false;
        bool isFloat = parameters[0].IsFloat();
        return (method, parameters.Count) switch
        {
            ("Clamp", 3) => true,
            ("DivRem", 2) => !isFloat,
            ("IsEvenInteger" or "IsOddInteger" or "IsPow2", 1) => !isFloat,
            ("SinCos" or "IsPositiveInfinity" or "IsNegativeInfinity" or "IsRealNumber", 1) => isFloat,
            ("Log" or "ReciprocalEstimate", _) => isFloat && parameters.Count == (method == "Log" ? 2 : 1),
            ("Lerp", 3) => isFloat,
            _ => false,
        };
    }

    public Value Lower(string method, int[] x) => method switch
    {
        "DivRem" => Pair(Ir.Operation(IrOp.Divide, x[0], x[1]), Ir.Operation(IrOp.Remainder, x[0], x[1])),
        "SinCos" => Pair(Ir.Operation(IrOp.Sin, x[0]), Ir.Operation(IrOp.Cos, x[0])),
        _ => context.Scalar(LowerScalar(method, x)),
    };

    /// <summary>Rounds by one of .NET's modes, of which this library's own framework does not know all.</summary>
    public int Round(int value, int mode) => mode switch
    {
        0 => Ir.Operation(IrOp.Round, value),
        1 => RoundAwayFromZero(value),
        2 => Ir.Operation(IrOp.Truncate, value),
        3 => Ir.Operation(IrOp.Floor, value),
        _ => Ir.Operation(IrOp.Ceiling, value),
    };

    private int LowerScalar(string method, int[] x) => method switch
    {
        "Clamp" => Clamp(x[0], x[1], x[2]),
        "IsEvenInteger" => Ir.Operation(IrOp.Equal, LowestBit(x[0]), Number(x[0], 0)),
        "IsOddInteger" => Ir.Operation(IrOp.NotEqual, LowestBit(x[0]), Number(x[0], 0)),
        "IsPow2" => IsPowerOfTwo(x[0]),
        "IsPositiveInfinity" => Ir.Operation(IrOp.Equal, x[0], Constant(x[0], double.PositiveInfinity)),
        "IsNegativeInfinity" => Ir.Operation(IrOp.Equal, x[0], Constant(x[0], double.NegativeInfinity)),
        "IsRealNumber" => Ir.Not(Ir.Operation(IrOp.IsNaN, x[0])),
        "Log" => Logarithm(x[0], x[1]),
        "ReciprocalEstimate" => Ir.Operation(IrOp.Divide, Number(x[0], 1), x[0]),
        _ => Lerp(x[0], x[1], x[2]),
    };

    /// <summary>NaN is neither below nor above, and comes out as it is.</summary>
    private int Clamp(int value, int lowest, int highest) =>
        Ir.Select(
            Ir.Operation(IrOp.Less, value, lowest),
            lowest,
            Ir.Select(Ir.Operation(IrOp.Greater, value, highest), highest, value));

    private int IsPowerOfTwo(int value)
    {
        int below = Ir.Operation(IrOp.Subtract, value, Number(value, 1));
        int isSingleBit = Ir.Operation(IrOp.Equal, Ir.And(value, below), Number(value, 0));
        return Ir.And(Ir.Operation(IrOp.Greater, value, Number(value, 0)), isSingleBit);
    }

    /// <summary>log(x) / log(base), and NaN for the bases that are no base.</summary>
    private int Logarithm(int value, int newBase)
    {
        int quotient = Ir.Operation(IrOp.Divide, Ir.Operation(IrOp.Log, value), Ir.Operation(IrOp.Log, newBase));
        int isDegenerate = Ir.Or(
            Ir.Operation(IrOp.Equal, newBase, Number(newBase, 0)),
            Ir.Operation(IrOp.Equal, newBase, Constant(newBase, double.PositiveInfinity)));
        int isOther = Ir.Operation(IrOp.NotEqual, value, Number(value, 1));
        int isNoBase = Ir.Or(Ir.Operation(IrOp.Equal, newBase, Number(newBase, 1)), Ir.And(isOther, isDegenerate));
        return Ir.Select(isNoBase, Constant(value, double.NaN), quotient);
    }

    private int Lerp(int from, int to, int amount)
    {
        int remaining = Ir.Operation(IrOp.Subtract, Number(amount, 1), amount);
        return Ir.Operation(IrOp.FusedMultiplyAdd, from, remaining, Ir.Operation(IrOp.Multiply, to, amount));
    }

    /// <summary>Adds the largest number below a half, since a half itself would carry what is just below it over.</summary>
    private int RoundAwayFromZero(int value)
    {
        double nearlyHalf = Ir.TypeOf(value) == IrType.Float32 ? 0.49999997f : 0.49999999999999994;
        int signed = Ir.Operation(IrOp.CopySign, Constant(value, nearlyHalf), value);
        return Ir.Operation(IrOp.Truncate, Ir.Operation(IrOp.Add, value, signed));
    }

    private int LowestBit(int value) => Ir.And(value, Number(value, 1));

    private int Number(int like, int value) => Ir.Number(Ir.TypeOf(like), value);

    private int Constant(int like, double value) => Ir.Append(IrConstants.Float(Ir.TypeOf(like), value));

    private TupleValue Pair(int first, int second) => new([context.Scalar(first), context.Scalar(second)]);
}
