using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FlexAttention.Generators.Parsing;

/// <summary>Reads one attributed method: its declaration, its mask, and both bodies as IR.</summary>
internal sealed class VariantParser
{
    private readonly IMethodSymbol _method;
    private readonly MethodDeclarationSyntax _syntax;
    private readonly CancellationToken _token;
    private readonly DiagnosticSink _sink = new();
    private readonly MaskResolver _mask;

    private VariantParser(
        IMethodSymbol method, MethodDeclarationSyntax syntax, GeneratorAttributeSyntaxContext context, CancellationToken token)
    {
        _method = method;
        _syntax = syntax;
        _token = token;
        _mask = new MaskResolver(context.Attributes[0], _sink, token);
    }

    /// <summary>Never throws but for cancellation: a failure of the generator itself is a diagnostic too.</summary>
    public static ParsedVariant Parse(GeneratorAttributeSyntaxContext context, CancellationToken token)
    {
        try
        {
            return context is { TargetNode: MethodDeclarationSyntax syntax, TargetSymbol: IMethodSymbol method } && HasName(method)
                ? new VariantParser(method, syntax, context, token).Parse()
                : Reject(Rules.NotAMethod, context);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return Reject(Rules.InternalError, context, context.TargetSymbol.Name, Rules.Describe(exception));
        }
    }

    // Half-typed source has methods and types without names.
    private static bool HasName(IMethodSymbol method)
    {
        bool named = method.MethodKind == MethodKind.Ordinary && method.CanBeReferencedByName;
        for (INamedTypeSymbol? type = method.ContainingType; type is not null; type = type.ContainingType)
            named &= type.CanBeReferencedByName;
        return named;
    }

    private static ParsedVariant Reject(
        DiagnosticDescriptor rule, GeneratorAttributeSyntaxContext context, params string[] arguments)
    {
        var sink = new DiagnosticSink();
        sink.Report(rule, NameOf(context.TargetNode), arguments);
        return new ParsedVariant(EmissionInput.Nothing, sink.ToArray());
    }

    private static Location NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.GetLocation(),
        LocalFunctionStatementSyntax function => function.Identifier.GetLocation(),
        _ => node.GetFirstToken().GetLocation(),
    };

    private ParsedVariant Parse()
    {
        HierarchyModel hierarchy = HierarchyReader.Read(_method);
        Check();
        DeclarationModel? declaration = DeclarationReader.Read(_method, _syntax, hierarchy);
        return new ParsedVariant(new EmissionInput(HintNames.Create(_method), null, declaration), _sink.ToArray());
    }

    private void Check()
    {
        HierarchyReader.Check(_method, _sink, _token);
        MethodRules.Check(_method, _syntax, _sink);
        VariantSignature? signature = new SignatureReader(_method, _syntax, _sink).Read();
        if (signature is null)
            return;

        VariantSignature? mask = signature.IsMask ? ReadMaskVariant(signature) : ReadScoreVariant();
        CaptureUnion.Create(signature, mask, _sink);
    }

    private VariantSignature ReadMaskVariant(VariantSignature signature)
    {
        if (_mask.Name is not null)
            _mask.Reject(_method);
        return signature;
    }

    private VariantSignature? ReadScoreVariant() => _mask.Name is null ? null : _mask.Resolve(_method);
}
