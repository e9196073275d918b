using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Emit;
using FlexAttention.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators;

/// <summary>Compiles each method marked <c>[AttentionVariant]</c> to kernels. Only the pipeline: find, parse, lower, emit.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class AttentionVariantGenerator : IIncrementalGenerator
{
    internal const string AttributeName = "FlexAttention.AttentionVariantAttribute";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ParsedVariant> variants = context.SyntaxProvider
            .ForAttributeWithMetadataName(AttributeName, static (_, _) => true, VariantParser.Parse)
            .WithTrackingName(TrackingNames.Parse);

        IncrementalValuesProvider<EmittedFile> files = variants
            .Select(static (variant, _) => variant.Input)
            .WithTrackingName(TrackingNames.Input)
            .Select(EmittedFile.Create)
            .WithTrackingName(TrackingNames.Emit);

        IncrementalValuesProvider<DiagnosticInfo> diagnostics = variants
            .SelectMany(static (variant, _) => variant.Diagnostics.Items)
            .WithTrackingName(TrackingNames.Diagnostics);

        context.RegisterSourceOutput(files, static (output, file) => file.AddTo(output));
        context.RegisterSourceOutput(diagnostics, static (output, diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic()));
    }
}
