using FlexAttention.Generators.Models;
using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Diagnostics;

/// <summary>A diagnostic as a value that can cross pipeline stages.</summary>
/// <param name="Rule">One of the rules of this folder; compared by reference, since each exists once.</param>
/// <param name="Location">The offending token, or null if it is not in source.</param>
/// <param name="Arguments">What fills the rule's message.</param>
internal sealed record DiagnosticInfo(DiagnosticDescriptor Rule, LocationInfo? Location, EquatableArray<string> Arguments)
{
    public Diagnostic ToDiagnostic() =>
        Diagnostic.Create(Rule, Location?.ToLocation() ?? Microsoft.CodeAnalysis.Location.None, [.. Arguments.Items]);
}
