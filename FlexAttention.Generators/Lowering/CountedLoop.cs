using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>
/// A loop that counts an <c>int</c> by a constant step to a bound that it does not change, so that its number of
/// iterations is known before the first.
/// </summary>
/// <param name="Counter">The variable that counts.</param>
/// <param name="Step">What is added to it at the bottom of each iteration; not zero.</param>
/// <param name="Bounds">What it is compared to; it must be within all of them.</param>
/// <param name="Others">The conditions, besides the counter's, that end the loop when they fail.</param>
/// <param name="StepStatement">The statement at the bottom that counts.</param>
internal sealed record CountedLoop(
    ILocalSymbol Counter,
    int Step,
    IReadOnlyList<LoopBound> Bounds,
    IReadOnlyList<IOperation> Others,
    IOperation StepStatement)
{
    /// <summary>Reads a loop as a counted one; null if it is not.</summary>
    public static CountedLoop? Of(LoopSyntax syntax, AssignedVariables assigned)
    {
        if (!syntax.TestsFirst || syntax.Condition is null)
            return null;
        CountedLoop? loop = null;
        var others = new List<IOperation>();
        bool mayBound = true;
        foreach (IOperation condition in Conjuncts(syntax.Condition))
        {
            CountedLoop? next = mayBound ? Of(condition, syntax, assigned) : null;
            bool isFirst = loop is null && others.Count == 0;
            if (next is not null && (isFirst || IsHarmless(next.Bounds[0].Value)) && Joins(next, loop))
                loop = loop is null ? next : loop with { Bounds = [.. loop.Bounds, .. next.Bounds] };
            else
                others.Add(condition);
            // Where a bound ends the loop, the conditions before it are not evaluated.
            mayBound &= !HasEffect(condition);
        }

        return loop is null ? null : loop with { Others = others };
    }

    private static bool Joins(CountedLoop next, CountedLoop? loop) =>
        loop is null || SymbolEqualityComparer.Default.Equals(next.Counter, loop.Counter);

    /// <summary>
    /// Whether a bound may be evaluated where C# does not: bounds all are, before the loop, but a condition is not evaluated
    /// where the one before it fails. A bound that may read an element may not.
    /// </summary>
    private static bool IsHarmless(IOperation bound) =>
        !bound.DescendantsAndSelf().Any(operation => operation switch
        {
            IPropertyReferenceOperation property => property.Property.IsIndexer,
            IImplicitIndexerReferenceOperation => true,
            IInvocationOperation call => call.Arguments.Any(argument => argument.Value.Type is { IsRefLikeType: true }),
            _ => false,
        });

    private static bool HasEffect(IOperation condition) =>
        condition.DescendantsAndSelf().Any(operation =>
            operation is IAssignmentOperation or IIncrementOrDecrementOperation
                or IInvocationOperation { TargetMethod.MethodKind: MethodKind.LocalFunction });

    private static CountedLoop? Of(IOperation condition, LoopSyntax syntax, AssignedVariables assigned)
    {
        if (condition is not IBinaryOperation comparison)
            return null;
        return Of(comparison.LeftOperand, comparison.OperatorKind, comparison.RightOperand, syntax, assigned)
            ?? Of(comparison.RightOperand, Mirror(comparison.OperatorKind), comparison.LeftOperand, syntax, assigned);
    }

    private static CountedLoop? Of(
        IOperation left, BinaryOperatorKind relation, IOperation bound, LoopSyntax syntax, AssignedVariables assigned)
    {
        if (left is not ILocalReferenceOperation { Local: { Type.SpecialType: SpecialType.System_Int32 } counter })
            return null;
        if (assigned.Count(counter) != 1 || !IsInvariant(bound, assigned))
            return null;
        foreach (IOperation statement in syntax.AtBottom)
        {
            int step = StepOf(statement, counter);
            bool leadsToBound = step > 0
                ? relation is BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual
                : step < 0 && relation is BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual;
            if (step != 0 && leadsToBound)
            {
                bool includes = relation is BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThanOrEqual;
                return new CountedLoop(counter, step, [new LoopBound(bound, includes)], [], statement);
            }
        }

        return null;
    }

    private static IEnumerable<IOperation> Conjuncts(IOperation condition) =>
        condition is IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both
            ? Conjuncts(both.LeftOperand).Concat(Conjuncts(both.RightOperand))
            : [condition];

    private static bool IsInvariant(IOperation bound, AssignedVariables assigned) =>
        bound.DescendantsAndSelf().All(operation => operation switch
        {
            ILocalReferenceOperation local => assigned.Count(local.Local) == 0,
            IParameterReferenceOperation parameter => assigned.Count(parameter.Parameter) == 0,
            // A local function may read what the loop assigns.
            IInvocationOperation invocation => invocation.TargetMethod.MethodKind != MethodKind.LocalFunction,
            IAssignmentOperation or IIncrementOrDecrementOperation => false,
            _ => true,
        });

    /// <summary>What a statement adds to the counter: <c>i++</c>, <c>i -= 2</c>; 0 if it is another statement.</summary>
    private static int StepOf(IOperation statement, ILocalSymbol counter) =>
        statement is not IExpressionStatementOperation { Operation: var operation } ? 0 : operation switch
        {
            IIncrementOrDecrementOperation increment when IsCounter(increment.Target, counter) =>
                increment.Kind == OperationKind.Increment ? 1 : -1,
            ICompoundAssignmentOperation { Value.ConstantValue: { HasValue: true, Value: int amount } } compound
                when IsCounter(compound.Target, counter) && amount != int.MinValue => compound.OperatorKind switch
                {
                    BinaryOperatorKind.Add => amount,
                    BinaryOperatorKind.Subtract => -amount,
                    _ => 0,
                },
            _ => 0,
        };

    private static bool IsCounter(IOperation target, ILocalSymbol counter) =>
        target is ILocalReferenceOperation local && SymbolEqualityComparer.Default.Equals(local.Local, counter);

    private static BinaryOperatorKind Mirror(BinaryOperatorKind relation) => relation switch
    {
        BinaryOperatorKind.LessThan => BinaryOperatorKind.GreaterThan,
        BinaryOperatorKind.LessThanOrEqual => BinaryOperatorKind.GreaterThanOrEqual,
        BinaryOperatorKind.GreaterThan => BinaryOperatorKind.LessThan,
        BinaryOperatorKind.GreaterThanOrEqual => BinaryOperatorKind.LessThanOrEqual,
        _ => BinaryOperatorKind.None,
    };
}

/// <summary>A bound of a loop's counter.</summary>
/// <param name="Value">The bound.</param>
/// <param name="IsIncluded">Whether the iteration at the bound takes place.</param>
internal sealed record LoopBound(IOperation Value, bool IsIncluded);
