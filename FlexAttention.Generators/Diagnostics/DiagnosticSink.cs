using FlexAttention.Generators.Models;
using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Diagnostics;

/// <summary>Collects what is wrong with one variant.</summary>
internal sealed class DiagnosticSink
{
    private readonly List<DiagnosticInfo> _diagnostics = [];

    public bool HasErrors => _diagnostics.Exists(static diagnostic => diagnostic.Rule.DefaultSeverity == DiagnosticSeverity.Error);

    public EquatableArray<DiagnosticInfo> ToArray() => new(_diagnostics.Distinct());

    public void Report(DiagnosticDescriptor rule, Location? location, params string[] arguments) =>
        _diagnostics.Add(new DiagnosticInfo(rule, LocationInfo.From(location), new(arguments)));
}
