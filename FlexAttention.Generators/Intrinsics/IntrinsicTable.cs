using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using static FlexAttention.Generators.Intrinsics.CSharpMethods;

namespace FlexAttention.Generators.Intrinsics;

/// <summary>
/// The one table of the language's operations: C# method → operation → CUDA, vector and scalar spelling, and derivative. A
/// new operation is a row here; a new target is a column.
/// </summary>
internal static class IntrinsicTable
{
    private const string ScalarMath = "global::FlexAttention.Cpu.ScalarMath.";

    private static readonly Intrinsic[] Rows =
    [
        // Arithmetic
        Operator(IrOp.Add, "+", OperatorUse.FloatsOnly, "add", "Add", Derivatives.Add),
        Operator(IrOp.Subtract, "-", OperatorUse.FloatsOnly, "sub", "Subtract", Derivatives.Subtract),
        Operator(IrOp.Multiply, "*", OperatorUse.FloatsOnly, "mul", "Multiply", Derivatives.Multiply),
        Operator(IrOp.Divide, "/", OperatorUse.FloatsOnly, "div", "Divide", Derivatives.Divide),
        Operator(IrOp.Remainder, "%", OperatorUse.Never, "rem", "Remainder", Derivatives.Remainder),
        Operator(IrOp.Negate, "-", OperatorUse.FloatsOnly, "neg", "Negate", Derivatives.Negate),
        Function(IrOp.Minimum, "minimum", "Minimum", "T.Min", [.. Ordered("Min", 2)], Derivatives.Minimum),
        Function(IrOp.Maximum, "maximum", "Maximum", "T.Max", [.. Ordered("Max", 2)], Derivatives.Maximum),
        Function(IrOp.Abs, "abs", "Abs", ScalarMath + "Abs", [.. Signed("Abs")], Derivatives.Abs),
        Function(IrOp.Sign, "sign", "Sign", ScalarMath + "Sign", [.. Signed("Sign")]),

        // Bits and logic
        Operator(IrOp.And, "&", OperatorUse.Always, "and", "And"),
        Operator(IrOp.Or, "|", OperatorUse.Always, "or", "Or"),
        Operator(IrOp.Xor, "^", OperatorUse.Always, "xor", "Xor"),
        Operator(IrOp.Not, "~", OperatorUse.Always, "not", "Not"),
        Operator(IrOp.ShiftLeft, "<<", OperatorUse.Never, "shl", "ShiftLeft"),
        Operator(IrOp.ShiftRight, ">>", OperatorUse.Never, "shr", "ShiftRight"),
        Operator(IrOp.ShiftRightUnsigned, ">>>", OperatorUse.Never, "shr_unsigned", "ShiftRightUnsigned"),

        // Comparisons
        Operator(IrOp.Equal, "==", OperatorUse.Always, "equal", "Equal"),
        Operator(IrOp.NotEqual, "!=", OperatorUse.Always, "not_equal", "NotEqual"),
        Operator(IrOp.Less, "<", OperatorUse.Always, "less", "Less"),
        Operator(IrOp.LessOrEqual, "<=", OperatorUse.Always, "less_or_equal", "LessOrEqual"),
        Operator(IrOp.Greater, ">", OperatorUse.Always, "greater", "Greater"),
        Operator(IrOp.GreaterOrEqual, ">=", OperatorUse.Always, "greater_or_equal", "GreaterOrEqual"),

        // Choice and conversion: the emitters spell these by their types.
        Operator(IrOp.Select, "?:", OperatorUse.Always, "select", "Select", Derivatives.Select),
        Operator(IrOp.Convert, "()", OperatorUse.Never, "to", "To", Derivatives.Convert),

        // Integer helpers
        Function(IrOp.FloorDivide, "floor_divide", "FloorDivide", ScalarMath + "FloorDivide", [Flex("FloorDiv")]),
        Function(IrOp.FloorModulo, "floor_modulo", "FloorModulo", ScalarMath + "FloorModulo", [Flex("FloorMod")]),

        // Floating point
        Function(
            IrOp.FusedMultiplyAdd,
            "fma",
            "FusedMultiplyAdd",
            "T.FusedMultiplyAdd",
            [.. Floats("FusedMultiplyAdd", 3), .. FloatStatics("MultiplyAddEstimate", 3)],
            Derivatives.FusedMultiplyAdd),
        Function(IrOp.Sqrt, "sqrt", "Sqrt", "T.Sqrt", [.. Floats("Sqrt")], Derivatives.Sqrt),
        Function(
            IrOp.ReciprocalSqrt,
            "rsqrt",
            "ReciprocalSqrt",
            ScalarMath + "ReciprocalSqrt",
            [.. Floats("ReciprocalSqrtEstimate")],
            Derivatives.ReciprocalSqrt),
        Function(IrOp.Cbrt, "cbrt", "Cbrt", "T.Cbrt", [.. Floats("Cbrt"), .. FloatStatics("Cbrt")], Derivatives.Cbrt),
        Function(IrOp.Exp, "exp", "Exp", "T.Exp", [.. Floats("Exp")], Derivatives.Exp),
        Function(IrOp.Exp2, "exp2", "Exp2", "T.Exp2", [.. FloatStatics("Exp2")], Derivatives.Exp2),
        Function(IrOp.Log, "log", "Log", "T.Log", [.. Floats("Log")], Derivatives.Log),
        Function(IrOp.Log2, "log2", "Log2", "T.Log2", [.. Floats("Log2")], Derivatives.Log2),
        Function(IrOp.Log10, "log10", "Log10", "T.Log10", [.. Floats("Log10")], Derivatives.Log10),
        Function(IrOp.Power, "pow", "Power", "T.Pow", [.. Floats("Pow", 2)], Derivatives.Power),
        Function(IrOp.Sin, "sin", "Sin", "T.Sin", [.. Floats("Sin")], Derivatives.Sin),
        Function(IrOp.Cos, "cos", "Cos", "T.Cos", [.. Floats("Cos")], Derivatives.Cos),
        Function(IrOp.Tan, "tan", "Tan", "T.Tan", [.. Floats("Tan")], Derivatives.Tan),
        Function(IrOp.Asin, "asin", "Asin", "T.Asin", [.. Floats("Asin")], Derivatives.Asin),
        Function(IrOp.Acos, "acos", "Acos", "T.Acos", [.. Floats("Acos")], Derivatives.Acos),
        Function(IrOp.Atan, "atan", "Atan", "T.Atan", [.. Floats("Atan")], Derivatives.Atan),
        Function(IrOp.Atan2, "atan2", "Atan2", "T.Atan2", [.. Floats("Atan2", 2)], Derivatives.Atan2),
        Function(IrOp.Sinh, "sinh", "Sinh", "T.Sinh", [.. Floats("Sinh")], Derivatives.Sinh),
        Function(IrOp.Cosh, "cosh", "Cosh", "T.Cosh", [.. Floats("Cosh")], Derivatives.Cosh),
        Function(IrOp.Tanh, "tanh", "Tanh", "T.Tanh", [.. Floats("Tanh")], Derivatives.Tanh),
        Function(IrOp.Asinh, "asinh", "Asinh", "T.Asinh", [.. Floats("Asinh")], Derivatives.Asinh),
        Function(IrOp.Acosh, "acosh", "Acosh", "T.Acosh", [.. Floats("Acosh")], Derivatives.Acosh),
        Function(IrOp.Atanh, "atanh", "Atanh", "T.Atanh", [.. Floats("Atanh")], Derivatives.Atanh),
        Function(IrOp.Floor, "floor", "Floor", "T.Floor", [.. Floats("Floor")]),
        Function(IrOp.Ceiling, "ceil", "Ceiling", "T.Ceiling", [.. Floats("Ceiling")]),
        Function(IrOp.Truncate, "trunc", "Truncate", "T.Truncate", [.. Floats("Truncate")]),
        Function(IrOp.Round, "round", "Round", "T.Round", [.. Floats("Round")]),
        Function(IrOp.CopySign, "copysign", "CopySign", "T.CopySign", [.. Floats("CopySign", 2)], Derivatives.CopySign),
        Function(IrOp.IsNaN, "is_nan", "IsNaN", "T.IsNaN", [.. FloatStatics("IsNaN")]),
        Function(IrOp.IsInfinity, "is_infinity", "IsInfinity", "T.IsInfinity", [.. FloatStatics("IsInfinity")]),
        Function(IrOp.IsFinite, "is_finite", "IsFinite", "T.IsFinite", [.. FloatStatics("IsFinite")]),
    ];

    private static readonly Dictionary<IrOp, Intrinsic> ByOp = Rows.ToDictionary(static row => row.Op);

    private static readonly Dictionary<CSharpMethod, IrOp> ByMethod = CreateMethodIndex();

    /// <summary>Every row, in the order of <see cref="IrOp"/>.</summary>
    public static IReadOnlyList<Intrinsic> All => Rows;

    /// <summary>The row of an operation.</summary>
    public static Intrinsic Get(IrOp op) => ByOp[op];

    /// <summary>
    /// The operation that a method of C# is, or null. Methods that are several operations (<c>Clamp</c>, <c>DivRem</c>,
    /// <c>SinCos</c>, a logarithm to a base) are not here: lowering expands them.
    /// </summary>
    /// <param name="type">The containing type's full name: <c>System.Math</c>, <c>System.Single</c>.</param>
    /// <param name="method">The method's name.</param>
    /// <param name="parameters">The types of its parameters, in order.</param>
    public static IrOp? Find(string type, string method, IReadOnlyList<IrType> parameters)
    {
        if (parameters.Count == 0 || parameters.Any(parameter => parameter != parameters[0]))
            return null;
        var symbol = new CSharpMethod(type, method, parameters[0], parameters.Count);
        return ByMethod.TryGetValue(symbol, out IrOp op) ? op : null;
    }

    private static Dictionary<CSharpMethod, IrOp> CreateMethodIndex()
    {
        var index = new Dictionary<CSharpMethod, IrOp>();
        foreach (Intrinsic row in Rows)
        {
            foreach (CSharpMethod method in row.Methods)
                index[method] = row.Op;
        }

        return index;
    }

    private static Intrinsic Operator(
        IrOp op, string symbol, OperatorUse use, string cuda, string lanes, DerivativeRule? derivative = null) =>
        new(op, symbol, use, cuda, lanes, "", EquatableArray<CSharpMethod>.Empty, derivative);

    private static Intrinsic Function(
        IrOp op, string cuda, string lanes, string scalar, CSharpMethod[] methods, DerivativeRule? derivative = null) =>
        new(op, "", OperatorUse.Never, cuda, lanes, scalar, new(methods), derivative);
}
