using FlexAttention.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FlexAttention.Generators.Parsing;

/// <summary>Reads what the defining half of a partial method repeats of the user's half.</summary>
internal static class DeclarationReader
{
    /// <summary>The declaration, or null where a generated half would add errors instead of preventing one.</summary>
    public static DeclarationModel? Read(IMethodSymbol method, MethodDeclarationSyntax syntax, HierarchyModel hierarchy)
    {
        bool fits = IsOneHalf(method, syntax)
            && method.Arity == 0
            && method.ContainingType is { Arity: 0, IsFileLocal: false }
            && method.Parameters.Select(static parameter => parameter.Type).Append(method.ReturnType).All(IsKnown);
        return fits
            ? new DeclarationModel(
                hierarchy,
                Modifiers(syntax),
                syntax.ReturnType is RefTypeSyntax ? "ref " + SymbolText.Type(method.ReturnType) : SymbolText.Type(method.ReturnType),
                SymbolText.Identifier(method.Name),
                Parameters(method))
            : null;
    }

    /// <summary>The accessibility as written: both halves must say the same.</summary>
    public static string Accessibility(MethodDeclarationSyntax syntax) =>
        Join(syntax.Modifiers.Where(static modifier => SyntaxFacts.IsAccessibilityModifier(modifier.Kind())));

    public static EquatableArray<ParameterModel> Parameters(IMethodSymbol method) =>
        new(method.Parameters.Select(SymbolText.Parameter));

    private static bool IsOneHalf(IMethodSymbol method, MethodDeclarationSyntax syntax) =>
        syntax.Modifiers.Any(SyntaxKind.PartialKeyword)
        && (syntax.Body is not null || syntax.ExpressionBody is not null)
        && method is { PartialDefinitionPart: null, PartialImplementationPart: null };

    private static bool IsKnown(ITypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Error } => false,
        IArrayTypeSymbol array => IsKnown(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.All(IsKnown),
        _ => true,
    };

    private static string Modifiers(MethodDeclarationSyntax syntax) =>
        Join(syntax.Modifiers.Where(static modifier => !modifier.IsKind(SyntaxKind.PartialKeyword) && !modifier.IsKind(SyntaxKind.AsyncKeyword)));

    private static string Join(IEnumerable<SyntaxToken> tokens) => string.Join(" ", tokens.Select(static token => token.ValueText));
}
