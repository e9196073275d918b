using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Intrinsics;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>The spelling of operations.</summary>
internal static class CudaOperations
{
    /// <summary>What the hardware approximates: <c>flex::fast_exp</c> stands for <c>flex::exp</c>.</summary>
    private static readonly HashSet<IrOp> Approximated =
        [IrOp.Divide, IrOp.Sqrt, IrOp.Exp, IrOp.Exp2, IrOp.Log, IrOp.Log2, IrOp.Sin, IrOp.Cos, IrOp.Tanh, IrOp.Power];

    /// <summary>An operation on operands that are already spelt.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="operand">The type of its operands; of a choice, that of its condition.</param>
    /// <param name="arguments">The operands.</param>
    /// <param name="precision">How exactly to compute it.</param>
    /// <param name="useOperator">Whether its operator is known to do: its result cannot overflow.</param>
    public static CudaExpression Of(
        OperationNode operation, IrType operand, CudaExpression[] arguments, Precision precision, bool useOperator)
    {
        Intrinsic intrinsic = IntrinsicTable.Get(operation.Op);
        if (operation.Op == IrOp.Select)
            return Select(arguments[0], arguments[1], arguments[2]);
        if (operation.Op == IrOp.Convert)
            return Call(ConversionName(operation.Type), arguments, isCheap: true);
        if (precision == Precision.Fast && operation.Type == IrType.Float32 && Approximated.Contains(operation.Op))
            return Call("fast_" + intrinsic.Cuda, arguments, isCheap: false);
        bool hasOperator = intrinsic.OperatorInCuda == OperatorUse.Always
            || (intrinsic.OperatorInCuda == OperatorUse.FloatsOnly && operand.IsFloat());
        if (!hasOperator && !useOperator)
            return Call(intrinsic.Cuda, arguments, IsCheap(operation));
        return arguments.Length == 1
            ? Prefix(operand == IrType.Bool ? "!" : intrinsic.Operator, arguments[0])
            : Infix(operation.Op, intrinsic.Operator, operand, arguments[0], arguments[1]);
    }

    /// <summary>The function that rounds its result whatever is done with it: the operator may fuse with a sum.</summary>
    public static CudaExpression Unfused(OperationNode operation, CudaExpression[] arguments) =>
        Call(IntrinsicTable.Get(operation.Op).Cuda, arguments, isCheap: true);

    /// <summary>The product of a coefficient that is the same for all keys with a key or its distance from a query.</summary>
    public static CudaExpression Scaled(CudaExpression coefficient, CudaExpression key) =>
        Call("scaled", [coefficient, key], isCheap: true);

    /// <summary>The part of <see cref="Scaled"/> that the keys of a tile share.</summary>
    public static CudaExpression ScaledBase(CudaExpression coefficient, CudaExpression key) =>
        Call("scaled_base", [coefficient, key], isCheap: true);

    /// <summary>The rest of <see cref="Scaled"/>.</summary>
    public static CudaExpression ScaledOffset(CudaExpression coefficient, CudaExpression key) =>
        Call("scaled_offset", [coefficient, key], isCheap: true);

    /// <summary>A key's two parts as one integer.</summary>
    public static CudaExpression ToInt(CudaExpression key) => key with { Text = $"int({key})", Precedence = Precedence.Primary };

    private static CudaExpression Call(string function, CudaExpression[] arguments, bool isCheap) =>
        CudaExpression.Primary($"flex::{function}({string.Join(", ", arguments)})") with
        {
            IsCheap = isCheap && arguments.All(static argument => argument.IsCheap),
        };

    private static CudaExpression Prefix(string symbol, CudaExpression argument)
    {
        string text = argument.Within(Precedence.Unary);
        // Two minus signs in a row are another operator.
        return argument with
        {
            Text = symbol + (text.StartsWith(symbol, StringComparison.Ordinal) ? $"({text})" : text),
            Precedence = Precedence.Unary,
        };
    }

    private static CudaExpression Infix(IrOp op, string symbol, IrType operand, CudaExpression left, CudaExpression right)
    {
        bool isCheap = left.IsCheap && right.IsCheap && op != IrOp.Divide;
        if (operand == IrType.Bool)
            return Logic(op, left, right) with { IsCheap = isCheap };
        Precedence precedence = PrecedenceOf(op);
        string text = IsBits(precedence)
            ? $"{Chained(left, precedence)} {symbol} {Chained(right, Precedence.Sum)}"
            : $"{left.Within(LeastOnTheLeft(precedence))} {symbol} {right.Within(LeastOnTheRight(precedence))}";
        return new CudaExpression(text, precedence, isCheap);
    }

    /// <summary>
    /// Bools: <c>&amp;</c> where the second operand is cheap, so that there is no branch; <c>&amp;&amp;</c> to skip a
    /// costly one.
    /// </summary>
    private static CudaExpression Logic(IrOp op, CudaExpression left, CudaExpression right)
    {
        (string symbol, Precedence precedence) = op switch
        {
            IrOp.And when right.IsCheap => ("&", Precedence.And),
            IrOp.And => ("&&", Precedence.LogicalAnd),
            IrOp.Or when right.IsCheap => ("|", Precedence.Or),
            IrOp.Or => ("||", Precedence.LogicalOr),
            IrOp.Equal => ("==", Precedence.Equality),
            _ => ("!=", Precedence.Equality),
        };
        return new CudaExpression($"{Chained(left, precedence)} {symbol} {Chained(right, Precedence.Sum)}", precedence, true);
    }

    /// <summary>Parentheses where C++ needs none but a reader does: around all but a chain of the same operator.</summary>
    private static string Chained(CudaExpression operand, Precedence chain) =>
        operand.Precedence == chain ? operand.Text : operand.Within(Precedence.Sum);

    private static CudaExpression Select(CudaExpression condition, CudaExpression whenTrue, CudaExpression whenFalse) =>
        new(
            $"{condition.Within(Precedence.Equality)} ? {whenTrue.Within(Precedence.Or)} : {whenFalse.Text}",
            Precedence.Conditional,
            condition.IsCheap && whenTrue.IsCheap && whenFalse.IsCheap);

    private static bool IsBits(Precedence precedence) => precedence is Precedence.And or Precedence.Or or Precedence.Xor;

    private static Precedence LeastOnTheLeft(Precedence precedence) =>
        precedence is Precedence.Relation or Precedence.Equality ? Precedence.Sum : precedence;

    private static Precedence LeastOnTheRight(Precedence precedence) => precedence switch
    {
        Precedence.Relation or Precedence.Equality => Precedence.Sum,
        Precedence.Sum => Precedence.Product,
        _ => Precedence.Unary,
    };

    private static Precedence PrecedenceOf(IrOp op) => op switch
    {
        IrOp.Add or IrOp.Subtract => Precedence.Sum,
        IrOp.Multiply or IrOp.Divide => Precedence.Product,
        IrOp.And => Precedence.And,
        IrOp.Or => Precedence.Or,
        IrOp.Xor => Precedence.Xor,
        IrOp.Equal or IrOp.NotEqual => Precedence.Equality,
        IrOp.Less or IrOp.LessOrEqual or IrOp.Greater or IrOp.GreaterOrEqual => Precedence.Relation,
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "Not an infix operator."),
    };

    /// <summary>Whether an operation takes an instruction or two.</summary>
    private static bool IsCheap(OperationNode operation) =>
        operation.Op is IrOp.Add or IrOp.Subtract or IrOp.Multiply or IrOp.Negate or IrOp.Minimum or IrOp.Maximum or IrOp.Abs
            or IrOp.Sign or IrOp.ShiftLeft or IrOp.ShiftRight or IrOp.ShiftRightUnsigned or IrOp.FusedMultiplyAdd
            or IrOp.IsNaN or IrOp.IsInfinity or IrOp.IsFinite;

    private static string ConversionName(IrType type) => type switch
    {
        IrType.Int32 => "to_int",
        IrType.UInt32 => "to_uint",
        IrType.Int64 => "to_long",
        IrType.UInt64 => "to_ulong",
        IrType.Float32 => "to_float",
        IrType.Float64 => "to_double",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Nothing converts to bool."),
    };
}
