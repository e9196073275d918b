using System.Text;
using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Emit.Stubs;
using FlexAttention.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace FlexAttention.Generators.Emit;

/// <summary>One generated file, or why there is none.</summary>
internal sealed record EmittedFile(string HintName, string Text, DiagnosticInfo? Failure)
{
    /// <summary>Never throws but for cancellation: a failure of an emitter is a diagnostic.</summary>
    public static EmittedFile Create(EmissionInput input, CancellationToken token)
    {
        try
        {
            return new EmittedFile(input.HintName, Emit(input), null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            string name = input.Model?.FullName ?? input.HintName;
            var failure = new DiagnosticInfo(Rules.InternalError, null, new([name, Rules.Describe(exception)]));
            return new EmittedFile(input.HintName, Declare(input), failure);
        }
    }

    public void AddTo(SourceProductionContext output)
    {
        if (Failure is not null)
            output.ReportDiagnostic(Failure.ToDiagnostic());
        if (Text.Length > 0)
            output.AddSource(HintName, SourceText.From(Text, Encoding.UTF8));
    }

    private static string Emit(EmissionInput input) =>
        input.Model is { } model ? VariantEmitter.Emit(model) : Declare(input);

    private static string Declare(EmissionInput input) =>
        input.Declaration is { } declaration ? PartialDeclarationWriter.Emit(declaration) : "";
}
