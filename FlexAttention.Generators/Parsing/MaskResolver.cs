using FlexAttention.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FlexAttention.Generators.Parsing;

/// <summary>Finds the mask variant that a score variant names in its attribute.</summary>
internal sealed class MaskResolver(AttributeData attribute, DiagnosticSink sink, CancellationToken token)
{
    private const string Argument = "Mask";

    /// <summary>The name that the attribute gives, or null without one.</summary>
    public string? Name { get; } =
        attribute.NamedArguments.FirstOrDefault(static argument => argument.Key == Argument).Value.Value as string;

    /// <summary>
    /// The signature of the mask named by a score variant, or null if it cannot be used. What is wrong with the mask's own
    /// declaration is reported where it is read as a variant itself, not again for each score that names it.
    /// </summary>
    public VariantSignature? Resolve(IMethodSymbol score)
    {
        IMethodSymbol[] candidates = [.. score.ContainingType.GetMembers(Name!).OfType<IMethodSymbol>()];
        if (candidates.Length == 0)
        {
            sink.Report(Rules.UnknownMask, ArgumentLocation(), Name!, score.ContainingType.Name);
            return null;
        }

        IMethodSymbol mask = candidates.FirstOrDefault(MethodRules.IsVariant) ?? candidates[0];
        if (WhyNotAMask(mask) is { } reason)
        {
            sink.Report(Rules.NotAMask, ArgumentLocation(), Name!, reason);
            return null;
        }

        return ReadSignature(mask);
    }

    /// <summary>Reports a mask on a method that is a mask itself.</summary>
    public void Reject(IMethodSymbol mask) => sink.Report(Rules.MaskOfMask, ArgumentLocation(), Name!, mask.Name);

    private static string? WhyNotAMask(IMethodSymbol method) => method switch
    {
        _ when !MethodRules.IsVariant(method) => "is not marked",
        { ReturnType.SpecialType: SpecialType.System_Boolean } => null,
        { ReturnType.TypeKind: TypeKind.Error } => null,
        _ => $"returns {SymbolText.ShortType(method.ReturnType)}",
    };

    private VariantSignature? ReadSignature(IMethodSymbol mask)
    {
        IMethodSymbol implementation = mask.PartialImplementationPart ?? mask;
        if (implementation.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(token) is not MethodDeclarationSyntax syntax)
            return null;
        var reportedElsewhere = new DiagnosticSink();
        MethodRules.Check(implementation, syntax, reportedElsewhere);
        VariantSignature? signature = new SignatureReader(implementation, syntax, reportedElsewhere).Read();
        return reportedElsewhere.HasErrors ? null : signature;
    }

    private Location? ArgumentLocation()
    {
        var syntax = attribute.ApplicationSyntaxReference?.GetSyntax(token) as AttributeSyntax;
        return syntax?.ArgumentList?.Arguments
            .FirstOrDefault(static argument => argument.NameEquals?.Name.Identifier.ValueText == Argument)?
            .Expression.GetLocation();
    }
}
