using FlexAttention.Generators;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FlexAttention.Tests;

/// <summary>What one run of the generator gave.</summary>
public sealed class GeneratorRun(GeneratorRunResult result, CSharpCompilation output)
{
    /// <summary>The user's files and the generated ones together.</summary>
    public CSharpCompilation Output { get; } = output;

    /// <summary>What escaped from the generator: nothing ever should.</summary>
    public Exception? Exception { get; } = result.Exception;

    /// <summary>What the generator reported, in the order of the source.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; } =
        [.. result.Diagnostics.OrderBy(static diagnostic => diagnostic.Location.SourceSpan.Start)];

    /// <summary>The generated files by hint name.</summary>
    public IReadOnlyDictionary<string, string> Sources { get; } = result.GeneratedSources.IsDefault
        ? new Dictionary<string, string>()
        : result.GeneratedSources.ToDictionary(static source => source.HintName, static source => source.SourceText.ToString());

    /// <summary>What was read of each method that has no error.</summary>
    internal IReadOnlyList<VariantModel> Models() =>
    [
        .. result.TrackedSteps[TrackingNames.Input]
            .SelectMany(static step => step.Outputs)
            .Select(static output => ((EmissionInput)output.Value).Model)
            .OfType<VariantModel>(),
    ];

    /// <summary>The compiler's own errors and warnings for all files.</summary>
    public IReadOnlyList<Diagnostic> CompilerMessages() =>
        [.. Output.GetDiagnostics().Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)];

    /// <summary>Why each output of a stage was computed or not.</summary>
    public IReadOnlyList<IncrementalStepRunReason> Reasons(string stage) =>
        result.TrackedSteps.TryGetValue(stage, out var steps)
            ? [.. steps.SelectMany(static step => step.Outputs).Select(static output => output.Reason)]
            : [];

    /// <summary>Why each generated file was written anew or not.</summary>
    public IReadOnlyList<IncrementalStepRunReason> OutputReasons() =>
        [.. result.TrackedOutputSteps.SelectMany(static step => step.Value).SelectMany(static step => step.Outputs).Select(static output => output.Reason)];

    /// <summary>The text of the user's source that a diagnostic points at.</summary>
    public string TextAt(Diagnostic diagnostic)
    {
        SyntaxTree tree = Output.SyntaxTrees.First(candidate => candidate.FilePath == diagnostic.Location.GetLineSpan().Path);
        return tree.GetText().ToString(diagnostic.Location.SourceSpan);
    }
}
