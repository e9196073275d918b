using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Parsing;

/// <summary>
/// The names of generated files: <c>Namespace.Type.Method.g.cs</c>. The compiler compares them without case, so a name
/// that differs from an earlier sibling's by case only, or an overload, gets a number: <c>Namespace.Type.method(2).g.cs</c>.
/// </summary>
internal static class HintNames
{
    public static string Create(IMethodSymbol method)
    {
        IEnumerable<string> parts = Chain(method).Reverse().Select(Part);
        return string.Join(".", parts) + ".g.cs";
    }

    private static IEnumerable<ISymbol> Chain(ISymbol method)
    {
        for (ISymbol? symbol = method; symbol is INamespaceOrTypeSymbol or IMethodSymbol; symbol = symbol.ContainingSymbol)
        {
            if (symbol is INamespaceSymbol { IsGlobalNamespace: true })
                yield break;
            yield return symbol;
        }
    }

    private static string Part(ISymbol symbol)
    {
        int earlier = 0;
        foreach (ISymbol sibling in ((INamespaceOrTypeSymbol)symbol.ContainingSymbol).GetMembers())
        {
            if (SymbolEqualityComparer.Default.Equals(sibling, symbol))
                break;
            if (string.Equals(sibling.Name, symbol.Name, StringComparison.OrdinalIgnoreCase))
                earlier++;
        }

        return earlier == 0 ? symbol.Name : $"{symbol.Name}({earlier + 1})";
    }
}
