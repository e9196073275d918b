using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Ir;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>Lowers expressions: each kind to its own method or class.</summary>
internal sealed class ExpressionLowering(LoweringContext context)
{
    private IrBuilder Ir => context.Ir;

    /// <summary>The node of an expression that is a number or a bool.</summary>
    public int LowerScalar(IOperation operation) => context.NodeOf(Lower(operation), operation);

    public Value Lower(IOperation operation)
    {
        context.Enter(operation);
        if (operation.ConstantValue is { HasValue: true, Value: { } constant }
            && ScalarType.Of(context.Frame.Resolve(operation.Type)) is { } type)
        {
            return context.Scalar(Literals.Create(Ir, constant, type.Ir));
        }

        return operation switch
        {
            IParameterReferenceOperation parameter => Variable(parameter.Parameter),
            ILocalReferenceOperation local => Variable(local.Local),
            IDeclarationExpressionOperation declaration => Lower(declaration.Expression),
            IConversionOperation conversion => context.Operators.Convert(conversion),
            IUnaryOperation unary => context.Operators.Unary(unary),
            IBinaryOperation binary => context.Operators.Binary(binary),
            ITupleBinaryOperation comparison => context.Operators.CompareTuples(comparison),
            IConditionalOperation { WhenFalse: { } } conditional => Conditional(conditional),
            ISimpleAssignmentOperation assignment => context.Assignments.Assign(assignment),
            ICompoundAssignmentOperation assignment => context.Assignments.Compound(assignment),
            IIncrementOrDecrementOperation increment => context.Assignments.Increment(increment),
            IDeconstructionAssignmentOperation deconstruction => context.Assignments.Deconstruct(deconstruction),
            ITupleOperation tuple => new TupleValue([.. tuple.Elements.Select(Lower)]),
            IDefaultValueOperation => Default(operation.Type, operation),
            IFieldReferenceOperation field => Field(field),
            IPropertyReferenceOperation property => Property(property),
            IImplicitIndexerReferenceOperation indexer => context.Buffers.LoadFromEnd(indexer),
            IInvocationOperation invocation => context.Calls.Invoke(invocation),
            IIsPatternOperation isPattern => context.Patterns.IsPattern(isPattern),
            ISwitchExpressionOperation switchExpression => context.Patterns.Switch(switchExpression),
            _ => throw Unsupported(operation),
        };
    }

    /// <summary>The value that a type's variables start with.</summary>
    public Value Default(ITypeSymbol? type, IOperation source)
    {
        if (context.Frame.Resolve(type) is INamedTypeSymbol { IsTupleType: true } tuple)
            return new TupleValue([.. tuple.TupleElements.Select(element => Default(element.Type, source))]);
        return context.Scalar(Ir.Zero(context.ScalarTypeOf(type, source).Ir));
    }

    private Value Variable(ISymbol symbol) =>
        context.State.Variables.TryGetValue(symbol, out Value? value) ? value : throw new LoweringStopped();

    private Value Conditional(IConditionalOperation conditional) =>
        context.Flow.Choose(
            LowerScalar(conditional.Condition),
            conditional,
            () => Lower(conditional.WhenTrue),
            () => Lower(conditional.WhenFalse!));

    private Value Field(IFieldReferenceOperation field)
    {
        if (field.Instance is { Type.IsTupleType: true } tuple)
            return Lower(tuple) is TupleValue value ? value.Elements[Tuples.IndexOf(field, context)] : throw new LoweringStopped();
        if (field.Field.IsStatic)
            throw context.Stop(Rules.MutableState, field, field.Field.Name);
        throw context.UnsupportedType(field, field.Field.ContainingType);
    }

    private Value Property(IPropertyReferenceOperation property)
    {
        if (property.Instance is { } instance)
            return context.Buffers.Property(property, instance);
        return GenericNumbers.Constant(context, property) ?? context.Calls.Property(property);
    }

    private LoweringStopped Unsupported(IOperation operation) => operation switch
    {
        IInstanceReferenceOperation or IObjectCreationOperation or IArrayCreationOperation or ILiteralOperation =>
            context.UnsupportedType(operation),
        IArrayElementReferenceOperation element => ElementOf(element),
        IAnonymousFunctionOperation or IDelegateCreationOperation or IMethodReferenceOperation =>
            context.Unsupported(operation, "a delegate", "Call a static method or a local function by its name"),
        IThrowOperation => context.Unsupported(operation, "'throw'", "Return a value, such as float.NegativeInfinity"),
        IAwaitOperation => context.Unsupported(operation, "'await'", "Compute the value before the kernel and pass it"),
        _ => context.Unsupported(operation, $"'{operation.Syntax}'", "Use arithmetic, comparisons, conditions and calls of static methods"),
    };

    /// <summary>An array is reported where it is made; its elements only if it comes from elsewhere.</summary>
    private LoweringStopped ElementOf(IArrayElementReferenceOperation element)
    {
        Lower(element.ArrayReference);
        return context.UnsupportedType(element.ArrayReference);
    }
}
