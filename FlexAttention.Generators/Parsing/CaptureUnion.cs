using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Models;
using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Parsing;

/// <summary>
/// The captures of a score variant and of its mask in one list: the score's, then those that only the mask has. A name
/// that both have is one capture, passed once.
/// </summary>
internal sealed class CaptureUnion
{
    private readonly List<CaptureModel> _captures = [];

    private readonly Dictionary<string, int> _positions = [];

    public IReadOnlyList<CaptureModel> Captures => _captures;

    /// <summary>Joins the captures; null, with the differences reported, if one name stands for two types.</summary>
    public static CaptureUnion? Create(VariantSignature variant, VariantSignature? mask, DiagnosticSink sink)
    {
        var union = new CaptureUnion();
        union.Add(variant);
        if (mask is not null)
        {
            IParameterSymbol[] different = [.. mask.CaptureParameters.Where((_, i) => union.Differs(mask.Captures[i]))];
            foreach (IParameterSymbol parameter in different)
                ReportDifference(variant, mask, parameter, sink);
            if (different.Length > 0)
                return null;
            union.Add(mask);
        }

        return union;
    }

    /// <summary>Where a capture of either method stands in the union.</summary>
    public int Position(CaptureModel capture) => _positions[capture.Name];

    private void Add(VariantSignature signature)
    {
        foreach (CaptureModel capture in signature.Captures)
        {
            if (_positions.ContainsKey(capture.Name))
                continue;
            _positions.Add(capture.Name, _captures.Count);
            _captures.Add(capture);
        }
    }

    private bool Differs(CaptureModel capture) =>
        _positions.TryGetValue(capture.Name, out int position) && _captures[position] != capture;

    private static void ReportDifference(
        VariantSignature variant, VariantSignature mask, IParameterSymbol ofMask, DiagnosticSink sink)
    {
        IParameterSymbol ofScore = variant.CaptureParameters.First(parameter => parameter.Name == ofMask.Name);
        sink.Report(
            Rules.CapturesDiffer,
            ofScore.Locations.FirstOrDefault(),
            ofScore.Name,
            SymbolText.ShortType(ofScore.Type),
            variant.Method.Name,
            SymbolText.ShortType(ofMask.Type),
            mask.Method.Name);
    }
}
