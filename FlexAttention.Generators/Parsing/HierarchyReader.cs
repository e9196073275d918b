using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FlexAttention.Generators.Parsing;

/// <summary>Reads the types that enclose a variant and checks that the generator can add to them.</summary>
internal static class HierarchyReader
{
    public static HierarchyModel Read(IMethodSymbol method) =>
        new(SymbolText.Namespace(method.ContainingNamespace), new(Enclosing(method).Reverse().Select(Model)));

    public static void Check(IMethodSymbol method, DiagnosticSink sink, CancellationToken token)
    {
        foreach (INamedTypeSymbol type in Enclosing(method))
        {
            if (type.Arity > 0)
                sink.Report(Rules.GenericType, type.Locations.FirstOrDefault(), type.Name, method.Name);
            if (type.IsFileLocal)
                sink.Report(Rules.FileLocalType, type.Locations.FirstOrDefault(), type.Name, method.Name);
            if (DeclarationThatIsNotPartial(type, token) is { } declaration)
                sink.Report(Rules.TypeNotPartial, declaration.Identifier.GetLocation(), type.Name, method.Name);
        }
    }

    /// <summary>The enclosing types, innermost first.</summary>
    private static IEnumerable<INamedTypeSymbol> Enclosing(IMethodSymbol method)
    {
        for (INamedTypeSymbol? type = method.ContainingType; type is not null; type = type.ContainingType)
            yield return type;
    }

    // Modifiers on one part of a type hold for all of them, so the generated part repeats none.
    private static TypeModel Model(INamedTypeSymbol type)
    {
        string kind = type switch
        {
            { TypeKind: TypeKind.Interface } => "interface",
            { TypeKind: TypeKind.Struct, IsRecord: true } => "record struct",
            { TypeKind: TypeKind.Struct } => "struct",
            { IsRecord: true } => "record",
            _ => "class",
        };
        return new TypeModel("partial " + kind, SymbolText.Identifier(type.Name));
    }

    private static TypeDeclarationSyntax? DeclarationThatIsNotPartial(INamedTypeSymbol type, CancellationToken token) =>
        type.DeclaringSyntaxReferences
            .Select(reference => reference.GetSyntax(token))
            .OfType<TypeDeclarationSyntax>()
            .FirstOrDefault(static declaration => !declaration.Modifiers.Any(SyntaxKind.PartialKeyword));
}
