using System.Collections.Immutable;
using FlexAttention.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace FlexAttention.Generators.Diagnostics;

/// <summary>
/// The compiler warns (CS1066) that a default value on the half with the body has no effect. On a variant it has one: the
/// generated half repeats it.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DefaultValueSuppressor : DiagnosticSuppressor
{
    private static readonly SuppressionDescriptor Rule =
        new("FLEXS0001", "CS1066", "The generated half of an attention variant repeats its default values");

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = [Rule];

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (Diagnostic diagnostic in context.ReportedDiagnostics)
        {
            if (MethodOf(diagnostic, context) is { } method && MethodRules.IsVariant(method))
                context.ReportSuppression(Suppression.Create(Rule, diagnostic));
        }
    }

    private static IMethodSymbol? MethodOf(Diagnostic diagnostic, SuppressionAnalysisContext context)
    {
        if (diagnostic.Location.SourceTree is not { } tree)
            return null;
        SyntaxNode node = tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan);
        MethodDeclarationSyntax? syntax = node.FirstAncestorOrSelf<MethodDeclarationSyntax>();
        return syntax is null ? null : context.GetSemanticModel(tree).GetDeclaredSymbol(syntax, context.CancellationToken);
    }
}
