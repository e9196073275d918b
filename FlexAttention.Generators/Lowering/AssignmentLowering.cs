using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Ir;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>Lowers assignments to locals and parameters. Assigning to anything else is a side effect.</summary>
internal sealed class AssignmentLowering(LoweringContext context)
{
    private IrBuilder Ir => context.Ir;

    public Value Assign(ISimpleAssignmentOperation assignment)
    {
        if (assignment.IsRef)
            throw context.Stop(Rules.SideEffect, assignment, "a reference is reassigned here");
        Value value = context.Expressions.Lower(assignment.Value);
        Store(assignment.Target, value);
        return value;
    }

    public Value Compound(ICompoundAssignmentOperation assignment)
    {
        RequireVariable(assignment.Target);
        ITypeSymbol? targetType = assignment.Target.Type;
        Value old = context.Expressions.Lower(assignment.Target);
        int right = context.Expressions.LowerScalar(assignment.Value);
        ITypeSymbol? operandType = IsShift(assignment.OperatorKind) || assignment.Value.Type is null
            ? Promoted(assignment, targetType)
            : assignment.Value.Type;
        Value left = context.Operators.Convert(assignment, old, targetType, operandType, isChecked: false);
        int result = context.Operators.Apply(
            assignment,
            assignment.OperatorKind,
            context.ScalarTypeOf(operandType, assignment),
            context.NodeOf(left, assignment),
            right,
            assignment.IsChecked);
        Value value = context.Operators.Convert(assignment, context.Scalar(result), operandType, targetType, assignment.IsChecked);
        Store(assignment.Target, value);
        return value;
    }

    public Value Increment(IIncrementOrDecrementOperation increment)
    {
        RequireVariable(increment.Target);
        ScalarType type = context.ScalarTypeOf(increment.Target);
        Value old = context.Expressions.Lower(increment.Target);
        BinaryOperatorKind kind = increment.Kind == OperationKind.Increment ? BinaryOperatorKind.Add : BinaryOperatorKind.Subtract;
        int one = Ir.Number(type.Ir, 1);
        Value value = context.Scalar(context.Operators.Apply(
            increment, kind, type, context.NodeOf(old, increment), one, increment.IsChecked));
        Store(increment.Target, value);
        return increment.IsPostfix ? old : value;
    }

    public Value Deconstruct(IDeconstructionAssignmentOperation deconstruction)
    {
        Value value = context.Expressions.Lower(deconstruction.Value);
        Spread(deconstruction.Target, value, deconstruction.Value.Type);
        return value;
    }

    private void Store(IOperation target, Value value)
    {
        RequireVariable(target);
        switch (target)
        {
            case ILocalReferenceOperation local:
                context.State = context.State.With(local.Local, value);
                break;
            case IParameterReferenceOperation parameter:
                context.State = context.State.With(parameter.Parameter, value);
                break;
            case IDeclarationExpressionOperation declaration:
                Store(declaration.Expression, value);
                break;
            case IFieldReferenceOperation field:
                StoreElement(field.Instance!, Tuples.IndexOf(field, context), value);
                break;
        }
    }

    private void RequireVariable(IOperation target)
    {
        bool isVariable = target is IDiscardOperation or IDeclarationExpressionOperation
            or ILocalReferenceOperation { Local.IsRef: false }
            or IParameterReferenceOperation { Parameter.RefKind: RefKind.None }
            or IFieldReferenceOperation { Instance.Type.IsTupleType: true };
        if (isVariable)
            return;
        throw target.Kind == OperationKind.Invalid
            ? new LoweringStopped()
            : context.Stop(Rules.SideEffect, target, $"'{target.Syntax}' is assigned here");
    }

    private void StoreElement(IOperation tuple, int index, Value value)
    {
        if (context.Expressions.Lower(tuple) is not TupleValue old)
            throw new LoweringStopped();
        Store(tuple, new TupleValue(old.Elements.SetItem(index, value)));
    }

    /// <summary>Stores the parts of a value; every part has been read before the first is written, so a swap works.</summary>
    private void Spread(IOperation target, Value value, ITypeSymbol? type)
    {
        if (target is IDeclarationExpressionOperation { Expression: ITupleOperation declared })
            target = declared;
        if (target is not ITupleOperation tuple)
        {
            Store(target, context.Operators.Convert(target, value, type, target.Type, isChecked: false));
            return;
        }

        if (value is not TupleValue parts || context.Frame.Resolve(type) is not INamedTypeSymbol { IsTupleType: true } tupleType)
            throw context.Unsupported(target, "deconstruction of what is not a tuple", "Assign its parts one by one");
        for (int i = 0; i < parts.Elements.Length; i++)
            Spread(tuple.Elements[i], parts.Elements[i], tupleType.TupleElements[i].Type);
    }

    private static bool IsShift(BinaryOperatorKind kind) =>
        kind is BinaryOperatorKind.LeftShift or BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift;

    /// <summary>The type in which C# shifts a value: small integers are shifted as <c>int</c>.</summary>
    private ITypeSymbol? Promoted(IOperation source, ITypeSymbol? type) =>
        context.ScalarTypeOf(type, source).Narrow == Narrow.None
            ? type
            : context.Compilation.GetSpecialType(SpecialType.System_Int32);
}
