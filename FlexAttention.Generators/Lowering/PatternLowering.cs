using FlexAttention.Generators.Ir;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>Lowers patterns to conditions, and the expressions that are made of them.</summary>
internal sealed class PatternLowering(LoweringContext context)
{
    private IrBuilder Ir => context.Ir;

    public Value IsPattern(IIsPatternOperation isPattern) =>
        context.Scalar(Matches(isPattern.Pattern, context.Expressions.Lower(isPattern.Value)));

    public Value Switch(ISwitchExpressionOperation expression)
    {
        Value value = context.Expressions.Lower(expression.Value);
        return expression.Arms.IsEmpty
            ? throw context.Unsupported(expression, "a switch without arms", "Add the arm '_ => default'")
            : SwitchFrom(expression, 0, value);
    }

    /// <summary>The condition of a pattern with its <c>when</c>, which is evaluated only where the pattern matches.</summary>
    public int MatchesWhen(IPatternOperation pattern, IOperation? guard, Value value)
    {
        int matches = Matches(pattern, value);
        if (guard is null)
            return matches;
        Value both = context.Flow.Choose(
            matches, guard, () => context.Expressions.Lower(guard), () => context.Scalar(Ir.Bool(false)));
        return context.NodeOf(both, guard);
    }

    /// <summary>Whether a value is a constant by <c>Equals</c>, to which NaN equals NaN.</summary>
    public int EqualsConstant(IOperation constantOperation, Value value)
    {
        int input = context.NodeOf(value, constantOperation);
        int constant = context.Expressions.LowerScalar(constantOperation);
        bool isNaN = Ir.ConstantAt(constant) is { } node && node.Type.IsFloat() && double.IsNaN(node.ToDouble());
        return isNaN ? Ir.Operation(IrOp.IsNaN, input) : Ir.Operation(IrOp.Equal, input, constant);
    }

    private Value SwitchFrom(ISwitchExpressionOperation expression, int index, Value value)
    {
        ISwitchExpressionArmOperation arm = expression.Arms[index];
        // Where no arm matches, C# throws: the last one may as well take everything that is left.
        if (index == expression.Arms.Length - 1)
        {
            MatchesWhen(arm.Pattern, arm.Guard, value);
            return context.Expressions.Lower(arm.Value);
        }

        return context.Flow.Choose(
            MatchesWhen(arm.Pattern, arm.Guard, value),
            arm,
            () => context.Expressions.Lower(arm.Value),
            () => SwitchFrom(expression, index + 1, value));
    }

    private int Matches(IPatternOperation pattern, Value value)
    {
        context.Enter(pattern);
        return pattern switch
        {
            IDiscardPatternOperation => Ir.Bool(true),
            IConstantPatternOperation constant => EqualsConstant(constant.Value, value),
            IRelationalPatternOperation relational => Relational(relational, value),
            INegatedPatternOperation negated => Ir.Not(Matches(negated.Pattern, value)),
            IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both =>
                Ir.And(Matches(both.LeftPattern, value), Matches(both.RightPattern, value)),
            IBinaryPatternOperation either => Ir.Or(Matches(either.LeftPattern, value), Matches(either.RightPattern, value)),
            IDeclarationPatternOperation declaration => Declaration(declaration, value),
            ITypePatternOperation type => SameType(type, type.MatchedType),
            IRecursivePatternOperation recursive => Recursive(recursive, value),
            _ => throw context.Unsupported(pattern, $"the pattern '{pattern.Syntax}'", "Use constants, comparisons, 'and', 'or' and 'not'"),
        };
    }

    private int Relational(IRelationalPatternOperation relational, Value value)
    {
        IrOp op = relational.OperatorKind switch
        {
            BinaryOperatorKind.LessThan => IrOp.Less,
            BinaryOperatorKind.LessThanOrEqual => IrOp.LessOrEqual,
            BinaryOperatorKind.GreaterThan => IrOp.Greater,
            _ => IrOp.GreaterOrEqual,
        };
        return Ir.Operation(op, context.NodeOf(value, relational), context.Expressions.LowerScalar(relational.Value));
    }

    private int Declaration(IDeclarationPatternOperation declaration, Value value)
    {
        int matches = declaration.MatchedType is null ? Ir.Bool(true) : SameType(declaration, declaration.MatchedType);
        if (declaration.DeclaredSymbol is { } variable)
            context.State = context.State.With(variable, value);
        return matches;
    }

    /// <summary>Values have no run-time type other than their own.</summary>
    private int SameType(IPatternOperation pattern, ITypeSymbol matchedType)
    {
        bool isSame = SymbolEqualityComparer.Default.Equals(context.Frame.Resolve(pattern.InputType), context.Frame.Resolve(matchedType));
        return Ir.Bool(isSame);
    }

    private int Recursive(IRecursivePatternOperation recursive, Value value)
    {
        if (value is not TupleValue tuple)
            throw context.Unsupported(recursive, $"the pattern '{recursive.Syntax}'", "Take only tuples apart");
        int matches = Ir.Bool(true);
        for (int i = 0; i < recursive.DeconstructionSubpatterns.Length; i++)
            matches = Ir.And(matches, Matches(recursive.DeconstructionSubpatterns[i], tuple.Elements[i]));
        foreach (IPropertySubpatternOperation property in recursive.PropertySubpatterns)
        {
            if (property.Member is not IFieldReferenceOperation field)
                throw context.Unsupported(property, $"the pattern '{property.Syntax}'", "Take only tuples apart");
            matches = Ir.And(matches, Matches(property.Pattern, tuple.Elements[Tuples.IndexOf(field, context)]));
        }

        if (recursive.DeclaredSymbol is { } variable)
            context.State = context.State.With(variable, value);
        return matches;
    }
}
