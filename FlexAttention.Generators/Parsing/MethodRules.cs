using FlexAttention.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FlexAttention.Generators.Parsing;

/// <summary>Checks everything about a variant's declaration but its parameters and return type.</summary>
internal static class MethodRules
{
    public static void Check(IMethodSymbol method, MethodDeclarationSyntax syntax, DiagnosticSink sink)
    {
        CheckModifiers(method, syntax, sink);
        if (method.Arity > 0)
            sink.Report(Rules.GenericMethod, syntax.TypeParameterList?.GetLocation(), method.Name);
        CheckHalves(method, syntax, sink);
        CheckNames(method, syntax, sink);
    }

    /// <summary>Whether a method is marked as an attention variant.</summary>
    public static bool IsVariant(IMethodSymbol method) =>
        method.GetAttributes().Any(static attribute => IsVariantAttribute(attribute.AttributeClass));

    private static bool IsVariantAttribute(INamedTypeSymbol? type) =>
        type?.ToDisplayString() == AttentionVariantGenerator.AttributeName;

    private static void CheckModifiers(IMethodSymbol method, MethodDeclarationSyntax syntax, DiagnosticSink sink)
    {
        if (!method.IsStatic)
            sink.Report(Rules.NotStatic, syntax.Identifier.GetLocation(), method.Name);
        if (!syntax.Modifiers.Any(SyntaxKind.PartialKeyword))
            sink.Report(Rules.NotPartial, syntax.Identifier.GetLocation(), method.Name);
        foreach (SyntaxToken modifier in syntax.Modifiers)
        {
            if (!IsAllowed(modifier))
                sink.Report(Rules.Modifier, modifier.GetLocation(), method.Name, modifier.ValueText);
        }
    }

    private static bool IsAllowed(SyntaxToken modifier) =>
        SyntaxFacts.IsAccessibilityModifier(modifier.Kind())
        || modifier.IsKind(SyntaxKind.StaticKeyword)
        || modifier.IsKind(SyntaxKind.PartialKeyword);

    private static void CheckHalves(IMethodSymbol method, MethodDeclarationSyntax syntax, DiagnosticSink sink)
    {
        bool hasBody = syntax.Body is not null || syntax.ExpressionBody is not null;
        bool hasOtherHalf = method.PartialDefinitionPart is not null || method.PartialImplementationPart is not null;
        if (!hasBody || hasOtherHalf)
            sink.Report(Rules.UnwantedDefinition, syntax.Identifier.GetLocation(), method.Name);
    }

    private static void CheckNames(IMethodSymbol method, MethodDeclarationSyntax syntax, DiagnosticSink sink)
    {
        Location name = syntax.Identifier.GetLocation();
        IMethodSymbol? first = method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().FirstOrDefault(IsVariant);
        if (first is not null && !SymbolEqualityComparer.Default.Equals(first, method) && !AreHalves(first, method))
            sink.Report(Rules.Overload, name, method.Name);

        string kernel = method.Name + "Kernel";
        if (method.ContainingType.Name == kernel || !method.ContainingType.GetMembers(kernel).IsEmpty)
            sink.Report(Rules.KernelNameTaken, name, method.Name, kernel);
    }

    private static bool AreHalves(IMethodSymbol one, IMethodSymbol other) =>
        SymbolEqualityComparer.Default.Equals(one.PartialDefinitionPart ?? one, other.PartialDefinitionPart ?? other);
}
