using FlexAttention.Generators.Models;
using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Parsing;

/// <summary>A method whose signature is that of a variant.</summary>
/// <param name="CaptureParameters">The parameters after the index parameters.</param>
/// <param name="Captures">What each of <paramref name="CaptureParameters"/> captures.</param>
internal sealed record VariantSignature(
    IMethodSymbol Method,
    bool IsMask,
    IReadOnlyList<IParameterSymbol> CaptureParameters,
    IReadOnlyList<CaptureModel> Captures);
