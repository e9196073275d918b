using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Ir;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>Lowers operators and conversions, with C#'s short circuits and small integers.</summary>
internal sealed class OperatorLowering(LoweringContext context)
{
    private IrBuilder Ir => context.Ir;

    public Value Unary(IUnaryOperation unary)
    {
        ScalarType type = context.ScalarTypeOf(unary);
        RequireUnchecked(unary, unary.IsChecked && unary.OperatorKind == UnaryOperatorKind.Minus, type);
        RequireBuiltIn(unary, unary.OperatorMethod);
        int operand = context.Expressions.LowerScalar(unary.Operand);
        IrOp? op = unary.OperatorKind switch
        {
            UnaryOperatorKind.Minus => IrOp.Negate,
            UnaryOperatorKind.Not or UnaryOperatorKind.BitwiseNegation => IrOp.Not,
            UnaryOperatorKind.Plus => null,
            _ => throw context.Unsupported(unary, $"'{unary.Syntax}'", "Count from the start of the buffer"),
        };
        int result = op is { } operation ? Ir.Operation(operation, operand) : operand;
        return context.Scalar(Conversions.NarrowTo(Ir, result, type.Narrow));
    }

    public Value Binary(IBinaryOperation binary)
    {
        if (binary.OperatorKind is BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr)
            return ShortCircuit(binary);
        int left = context.Expressions.LowerScalar(binary.LeftOperand);
        int right = context.Expressions.LowerScalar(binary.RightOperand);
        RequireBuiltIn(binary, binary.OperatorMethod);
        ScalarType operand = context.ScalarTypeOf(binary.LeftOperand);
        return context.Scalar(Apply(binary, binary.OperatorKind, operand, left, right, binary.IsChecked));
    }

    /// <summary>An operator on two nodes of one type (or a shift), its result narrowed to that type.</summary>
    public int Apply(IOperation source, BinaryOperatorKind kind, ScalarType operand, int left, int right, bool isChecked)
    {
        IrOp op = Operator(kind) ?? throw context.Unsupported(source, $"'{source.Syntax}'", "Use an arithmetic or a logical operator");
        bool mayOverflow = op is IrOp.Add or IrOp.Subtract or IrOp.Multiply && !Overflow.IsImpossible(Ir, op, left, right);
        RequireUnchecked(source, isChecked && mayOverflow, operand);
        if (operand.Narrow == Narrow.Half && !op.IsComparison())
            throw context.Unsupported(source, "arithmetic in Half", "Convert to float first, as in '(float)x'");
        int result = Ir.Operation(op, left, right);
        return op.IsComparison() ? result : Conversions.NarrowTo(Ir, result, operand.Narrow);
    }

    public Value Convert(IConversionOperation conversion)
    {
        if (!conversion.Conversion.Exists)
            throw new LoweringStopped();
        Value value = context.Expressions.Lower(conversion.Operand);
        return Convert(conversion, value, conversion.Operand.Type, conversion.Type, conversion.IsChecked);
    }

    /// <summary>A value of one C# type in another; tuples convert element by element.</summary>
    public Value Convert(IOperation source, Value value, ITypeSymbol? from, ITypeSymbol? to, bool isChecked)
    {
        (from, to) = (context.Frame.Resolve(from), context.Frame.Resolve(to));
        if (value is BufferValue && SymbolEqualityComparer.Default.Equals(from, to))
            return value;
        if (value is TupleValue tuple && from is INamedTypeSymbol { IsTupleType: true } fromTuple && to is INamedTypeSymbol { IsTupleType: true } toTuple)
        {
            return new TupleValue([.. tuple.Elements.Select((element, i) => Convert(
                source, element, fromTuple.TupleElements[i].Type, toTuple.TupleElements[i].Type, isChecked))]);
        }

        ScalarType target = context.ScalarTypeOf(to, source);
        ScalarType origin = context.ScalarTypeOf(from, source);
        if (!Conversions.Exists(origin, target))
            throw context.UnsupportedType(source, to);
        if (isChecked && !Conversions.IsLossless(origin, target))
            throw context.Stop(Rules.CheckedArithmetic, source);
        return context.Scalar(Conversions.Convert(Ir, context.NodeOf(value, source), origin, target));
    }

    public Value CompareTuples(ITupleBinaryOperation comparison)
    {
        Value left = context.Expressions.Lower(comparison.LeftOperand);
        Value right = context.Expressions.Lower(comparison.RightOperand);
        int areEqual = AreEqual(comparison, left, right);
        return context.Scalar(comparison.OperatorKind == BinaryOperatorKind.Equals ? areEqual : Ir.Not(areEqual));
    }

    /// <summary>The operation of a C# operator; null for what has none.</summary>
    private static IrOp? Operator(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Add => IrOp.Add,
        BinaryOperatorKind.Subtract => IrOp.Subtract,
        BinaryOperatorKind.Multiply => IrOp.Multiply,
        BinaryOperatorKind.Divide => IrOp.Divide,
        BinaryOperatorKind.Remainder => IrOp.Remainder,
        BinaryOperatorKind.LeftShift => IrOp.ShiftLeft,
        BinaryOperatorKind.RightShift => IrOp.ShiftRight,
        BinaryOperatorKind.UnsignedRightShift => IrOp.ShiftRightUnsigned,
        BinaryOperatorKind.And => IrOp.And,
        BinaryOperatorKind.Or => IrOp.Or,
        BinaryOperatorKind.ExclusiveOr => IrOp.Xor,
        BinaryOperatorKind.Equals => IrOp.Equal,
        BinaryOperatorKind.NotEquals => IrOp.NotEqual,
        BinaryOperatorKind.LessThan => IrOp.Less,
        BinaryOperatorKind.LessThanOrEqual => IrOp.LessOrEqual,
        BinaryOperatorKind.GreaterThan => IrOp.Greater,
        BinaryOperatorKind.GreaterThanOrEqual => IrOp.GreaterOrEqual,
        _ => null,
    };

    /// <summary>The right operand is evaluated, and its loads happen, only where the left one leaves the answer open.</summary>
    private Value ShortCircuit(IBinaryOperation binary)
    {
        bool isAnd = binary.OperatorKind == BinaryOperatorKind.ConditionalAnd;
        int left = context.Expressions.LowerScalar(binary.LeftOperand);
        Value Right() => context.Expressions.Lower(binary.RightOperand);
        Value Decided() => context.Scalar(Ir.Bool(!isAnd));
        return isAnd
            ? context.Flow.Choose(left, binary, Right, Decided)
            : context.Flow.Choose(left, binary, Decided, Right);
    }

    private int AreEqual(IOperation source, Value left, Value right)
    {
        if (left is not TupleValue x || right is not TupleValue y)
            return Ir.Operation(IrOp.Equal, context.NodeOf(left, source), context.NodeOf(right, source));
        int result = Ir.Bool(true);
        for (int i = 0; i < x.Elements.Length; i++)
            result = Ir.And(result, AreEqual(source, x.Elements[i], y.Elements[i]));
        return result;
    }

    /// <summary>Operators of numbers, and those that generic code takes from <c>INumber&lt;T&gt;</c>; not a user's own.</summary>
    private void RequireBuiltIn(IOperation source, IMethodSymbol? method)
    {
        bool isOfNumbers = method is null || ScalarType.Of(method.ContainingType) is not null
            || method.ContainingType.ContainingNamespace?.ToDisplayString() == "System.Numerics";
        if (!isOfNumbers)
            throw context.UnsupportedType(source, method!.ContainingType);
    }

    private void RequireUnchecked(IOperation source, bool isChecked, ScalarType type)
    {
        if (isChecked && type.Ir.IsInteger())
            throw context.Stop(Rules.CheckedArithmetic, source);
    }
}
