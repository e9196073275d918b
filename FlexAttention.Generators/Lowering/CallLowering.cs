using FlexAttention.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>Lowers calls: functions of .NET become operations, methods in source are inlined.</summary>
internal sealed class CallLowering(LoweringContext context)
{
    private const string NoSource = "Write the method in this project, or use the functions of Math, MathF, float, double, int and FlexMath";

    private readonly MathFunctions _math = new(context);

    public Value Invoke(IInvocationOperation invocation)
    {
        IMethodSymbol method = invocation.TargetMethod;
        if (invocation.Instance is not null)
            throw InstanceCall(invocation);
        IOperation[] arguments = [.. invocation.Arguments.OrderBy(argument => argument.Parameter!.Ordinal).Select(argument => argument.Value)];
        if (method.Parameters.FirstOrDefault(parameter => parameter.RefKind is RefKind.Ref or RefKind.Out) is { } reference)
            throw context.Stop(Rules.SideEffect, invocation, $"'{method.Name}' writes to its parameter '{reference.Name}'");
        return _math.TryLower(invocation, arguments) ?? Inline(invocation, method, invocation.Arguments);
    }

    /// <summary>A static property: its getter is a method without parameters.</summary>
    public Value Property(IPropertyReferenceOperation property)
    {
        IPropertySymbol symbol = property.Property;
        return symbol.GetMethod is { } getter && MethodBodies.Of(getter, context) is not null
            ? Inline(property, getter, [])
            : throw context.Stop(Rules.MutableState, property, symbol.Name);
    }

    private Value Inline(IOperation call, IMethodSymbol method, IReadOnlyList<IArgumentOperation> arguments)
    {
        IMethodSymbol definition = method.OriginalDefinition.PartialImplementationPart ?? method.OriginalDefinition;
        if (context.Frame.IsInside(definition))
            throw context.Stop(Rules.Recursion, call, method.Name);
        IReadOnlyList<IOperation> body = MethodBodies.Of(definition, context)
            ?? throw context.Stop(Rules.UnsupportedCall, call, $"{method.ContainingType.Name}.{method.Name}", NoSource);
        // All are evaluated, in the order in which they are written, before any parameter has its value.
        Value[] values = [.. arguments.Select(argument => context.Expressions.Lower(argument.Value))];
        FlowState caller = context.State;
        for (int i = 0; i < values.Length; i++)
            context.State = context.State.With(definition.Parameters[arguments[i].Parameter!.Ordinal], values[i]);
        Value result = Run(call, new Frame(context.Frame, definition, TypeArguments(method, definition)), body);
        context.State = context.State.Within(caller);
        return result;
    }

    /// <summary>Lowers a method's statements and chooses among the values it returns.</summary>
    private Value Run(IOperation call, Frame frame, IReadOnlyList<IOperation> body)
    {
        (Frame caller, ScalarValue guard, FlowState entry) = (context.Frame, context.OuterGuard, context.State);
        int line = context.Ir.Line;
        context.OuterGuard = context.Scalar(context.Guard);
        context.Frame = frame;
        context.State = entry with { Path = context.Ir.Bool(true) };
        context.Statements.LowerAll(body);
        if (frame.Method.MethodKind == MethodKind.LocalFunction)
            JoinReturns(call, frame.Returns);
        context.State = context.State with { Path = entry.Path };
        (context.Frame, context.OuterGuard, context.Ir.Line) = (caller, guard, line);
        return Result(call, frame.Returns);
    }

    /// <summary>The last return is taken where none of the others is.</summary>
    public Value Result(IOperation call, List<Exit> returns)
    {
        if (call is IInvocationOperation { TargetMethod.ReturnsVoid: true })
            return new TupleValue([]);
        Value? result = null;
        for (int i = returns.Count - 1; i >= 0; i--)
        {
            Value value = returns[i].Value ?? throw new LoweringStopped();
            result = result is null ? value : context.Flow.Select(returns[i].Path, value, result, call);
        }

        return result ?? throw new LoweringStopped();
    }

    /// <summary>A local function may have assigned to its method's variables before it returned.</summary>
    private void JoinReturns(IOperation call, List<Exit> returns)
    {
        foreach (Exit exit in returns)
            context.State = context.Flow.Join(exit.Path, exit.State, context.State, call);
    }

    private Dictionary<ISymbol, ITypeSymbol> TypeArguments(IMethodSymbol method, IMethodSymbol definition)
    {
        var arguments = new Dictionary<ISymbol, ITypeSymbol>(SymbolEqualityComparer.Default);
        for (int i = 0; i < definition.TypeParameters.Length; i++)
            arguments[definition.TypeParameters[i]] = context.Frame.Resolve(method.TypeArguments[i])!;
        for (INamedTypeSymbol? type = method.ContainingType; type is not null; type = type.ContainingType)
        {
            for (int i = 0; i < type.TypeParameters.Length; i++)
                arguments[type.OriginalDefinition.TypeParameters[i]] = context.Frame.Resolve(type.TypeArguments[i])!;
        }

        return arguments;
    }

    private LoweringStopped InstanceCall(IInvocationOperation invocation)
    {
        IMethodSymbol method = invocation.TargetMethod;
        string name = $"{method.ContainingType.Name}.{method.Name}";
        bool isOfVariable = invocation.Instance is ILocalReferenceOperation or IParameterReferenceOperation;
        if (isOfVariable && context.Expressions.Lower(invocation.Instance!) is BufferValue)
            return context.Stop(Rules.UnsupportedCall, invocation, name, "Add the slice's start to the index instead");
        return context.Stop(Rules.UnsupportedCall, invocation, name, "Call a static method");
    }
}
