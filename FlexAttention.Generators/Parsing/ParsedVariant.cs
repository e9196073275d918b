using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Parsing;

/// <summary>What the generator knows after reading one attributed method.</summary>
internal sealed record ParsedVariant(EmissionInput Input, EquatableArray<DiagnosticInfo> Diagnostics);

/// <summary>What a file is emitted from: the model or, for a method with errors, its declaration alone.</summary>
/// <param name="Declaration">Null where a generated half would add errors instead of preventing one.</param>
internal sealed record EmissionInput(string HintName, VariantModel? Model, DeclarationModel? Declaration)
{
    public static EmissionInput Nothing { get; } = new("", null, null);
}
