using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Lowering;
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
    private readonly Compilation _compilation;
    private readonly CancellationToken _token;
    private readonly DiagnosticSink _sink = new();
    private readonly MaskResolver _mask;

    private VariantParser(
        IMethodSymbol method, MethodDeclarationSyntax syntax, GeneratorAttributeSyntaxContext context, CancellationToken token)
    {
        _method = method;
        _syntax = syntax;
        _compilation = context.SemanticModel.Compilation;
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
        VariantModel? model = ReadModel(hierarchy);
        DeclarationModel? declaration = DeclarationReader.Read(_method, _syntax, hierarchy);
        return new ParsedVariant(new EmissionInput(HintNames.Create(_method), model, declaration), _sink.ToArray());
    }

    private VariantModel? ReadModel(HierarchyModel hierarchy)
    {
        HierarchyReader.Check(_method, _sink, _token);
        MethodRules.Check(_method, _syntax, _sink);
        VariantSignature? signature = new SignatureReader(_method, _syntax, _sink).Read();
        if (signature is null)
            return null;

        VariantSignature? mask = signature.IsMask ? ReadMaskVariant(signature) : ReadScoreVariant();
        CaptureUnion? union = CaptureUnion.Create(signature, mask, _sink);
        if (union is null || _sink.HasErrors || MaskIsMissing(mask))
            return null;
        return Lower(hierarchy, signature, mask, union);
    }

    private VariantSignature ReadMaskVariant(VariantSignature signature)
    {
        if (_mask.Name is not null)
            _mask.Reject(_method);
        return signature;
    }

    private VariantSignature? ReadScoreVariant() => _mask.Name is null ? null : _mask.Resolve(_method);

    private bool MaskIsMissing(VariantSignature? mask) => _mask.Name is not null && mask is null;

    private VariantModel? Lower(
        HierarchyModel hierarchy, VariantSignature signature, VariantSignature? mask, CaptureUnion union)
    {
        LoweredFunction? score = signature.IsMask ? null : Lower(signature, union, _sink);
        LoweredFunction? masked = mask is null ? null : Lower(mask, union, SinkOf(mask));
        if ((score is null) != signature.IsMask || (masked is null) != (mask is null))
            return null;
        LearnableCaptures.Check(signature, union, score?.Function, _sink);
        if (_sink.HasErrors)
            return null;

        return new VariantModel(
            hierarchy,
            _method.Name,
            DeclarationReader.Accessibility(_syntax),
            Path.GetFileName(_syntax.SyntaxTree.FilePath),
            MethodText.Line(_syntax),
            MethodText.Read(_syntax),
            DeclarationReader.Parameters(_method),
            new(union.Captures),
            score?.Function,
            masked?.Function,
            mask?.Method.Name,
            mask is null ? EquatableArray<int>.Empty : new(mask.Captures.Select(union.Position)),
            score?.Lines ?? NoLines,
            masked?.Lines ?? NoLines);
    }

    private static SourceLines NoLines => new("", EquatableArray<int>.Empty);

    // What is wrong inside a mask is reported once, where it is read as a variant itself.
    private DiagnosticSink SinkOf(VariantSignature mask) =>
        SymbolEqualityComparer.Default.Equals(mask.Method, _method) ? _sink : new DiagnosticSink();

    private LoweredFunction? Lower(VariantSignature signature, CaptureUnion union, DiagnosticSink sink)
    {
        IReadOnlyDictionary<string, int> positions = signature.Captures.ToDictionary(static capture => capture.Name, union.Position);
        LoweredFunction? function = VariantLowering.Lower(signature.Method, _compilation, positions, union.Captures, sink, _token);
        return sink.HasErrors ? null : function;
    }
}
