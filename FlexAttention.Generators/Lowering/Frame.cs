using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Lowering;

/// <summary>One inlined call.</summary>
/// <param name="Caller">The call it is inside of.</param>
/// <param name="Method">The method, as its declaration defines it.</param>
/// <param name="TypeArguments">What its own and its type's type parameters stand for.</param>
internal sealed record Frame(
    Frame? Caller, IMethodSymbol Method, IReadOnlyDictionary<ISymbol, ITypeSymbol> TypeArguments)
{
    /// <summary>What has been returned so far. The paths exclude one another.</summary>
    public List<Exit> Returns { get; set; } = [];

    /// <summary>Whether a method is being inlined already, so that calling it again would be recursion.</summary>
    public bool IsInside(IMethodSymbol method) =>
        SymbolEqualityComparer.Default.Equals(Method, method) || Caller?.IsInside(method) == true;

    /// <summary>A type with its type parameters replaced.</summary>
    public ITypeSymbol? Resolve(ITypeSymbol? type)
    {
        if (type is not ITypeParameterSymbol)
            return type;
        return TypeArguments.TryGetValue(type, out ITypeSymbol? argument) ? argument : Caller?.Resolve(type) ?? type;
    }
}

/// <summary>A <c>return</c>: the state there, whose path is the one that returns, and the value, if there is one.</summary>
internal sealed record Exit(FlowState State, Value? Value)
{
    public int Path => State.Path;
}
