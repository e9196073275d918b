using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Intrinsics;
using FlexAttention.Generators.Ir;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>Lowers .NET's functions of numbers: those of the intrinsics table, and those that are several of its operations.</summary>
internal sealed class MathFunctions(LoweringContext context)
{
    private readonly MathExpansions _expansions = new(context);

    /// <summary>The value of a call, or null if it is not a function of numbers.</summary>
    /// <param name="invocation">The call.</param>
    /// <param name="arguments">Its arguments in the order of the parameters.</param>
    public Value? TryLower(IInvocationOperation invocation, IReadOnlyList<IOperation> arguments)
    {
        IMethodSymbol method = invocation.TargetMethod;
        if (ContainingType(invocation) is not { } type)
            return null;
        ScalarType?[] parameters = [.. method.Parameters.Select(parameter => ScalarType.Of(context.Frame.Resolve(parameter.Type)))];
        if (parameters.Length == 0 || parameters.Any(parameter => parameter is null or { Narrow: Narrow.Half }))
            return null;
        IrType[] types = [.. parameters.Select(parameter => parameter!.Value.Ir)];
        if (IntrinsicTable.Find(type, method.Name, types) is { } op)
            return context.Scalar(context.Ir.Operation(op, LowerAll(arguments)));
        if (method.Name is "CreateChecked" or "CreateTruncating" or "CreateSaturating")
            return Create(invocation, arguments[0], parameters[0]!.Value);
        if (method.Name == "Round" && types.Length == 2 && types[0].IsFloat())
            return Round(invocation, arguments);
        if (BitFunctions.Has(type, method.Name, types) && parameters[0] is { Narrow: Narrow.None })
            return Bits(invocation, arguments);
        return MathExpansions.Has(type, method.Name, types) ? _expansions.Lower(method.Name, LowerAll(arguments)) : null;
    }

    private int[] LowerAll(IReadOnlyList<IOperation> arguments) => [.. arguments.Select(context.Expressions.LowerScalar)];

    /// <summary>The full name of the type whose static is called; for <c>T.Max(x, y)</c>, of what <c>T</c> stands for.</summary>
    private string? ContainingType(IInvocationOperation invocation)
    {
        ITypeSymbol type = context.Frame.Resolve(invocation.ConstrainedToType) ?? invocation.TargetMethod.ContainingType;
        if (type.ContainingNamespace?.ToDisplayString() is not ("System" or "System.Numerics" or "FlexAttention"))
            return null;
        bool isSmall = ScalarType.Of(type) is { Ir: IrType.Int32 };
        return isSmall ? "System.Int32" : $"{type.ContainingNamespace.ToDisplayString()}.{type.Name}";
    }

    private ScalarValue Bits(IInvocationOperation invocation, IReadOnlyList<IOperation> arguments)
    {
        int bits = BitFunctions.Lower(context.Ir, invocation.TargetMethod.Name, LowerAll(arguments));
        return context.Scalar(context.Ir.Convert(context.ScalarTypeOf(invocation).Ir, bits));
    }

    /// <summary>Rounding by a mode that is known here; to a number of digits is not an operation.</summary>
    private ScalarValue? Round(IInvocationOperation invocation, IReadOnlyList<IOperation> arguments)
    {
        if (invocation.TargetMethod.Parameters[1].Type.Name != nameof(MidpointRounding) || arguments[1].ConstantValue.Value is not int mode)
            return null;
        int value = context.Expressions.LowerScalar(arguments[0]);
        return context.Scalar(_expansions.Round(value, mode));
    }

    /// <summary><c>T.CreateChecked(x)</c> and the like: conversions in generic code.</summary>
    private ScalarValue Create(IInvocationOperation invocation, IOperation argument, ScalarType from)
    {
        ScalarType to = context.ScalarTypeOf(invocation);
        int value = context.Expressions.LowerScalar(argument);
        bool isCast = invocation.TargetMethod.Name switch
        {
            "CreateTruncating" => !from.Ir.IsFloat() || to.Narrow == Narrow.None,
            "CreateSaturating" => (from.Ir.IsFloat() && to.Narrow == Narrow.None) || Conversions.IsLossless(from, to),
            _ => Conversions.IsLossless(from, to),
        };
        if (!isCast || !Conversions.Exists(from, to))
            throw context.Stop(Rules.CheckedArithmetic, invocation);
        return context.Scalar(Conversions.Convert(context.Ir, value, from, to));
    }
}
