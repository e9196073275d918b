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
        union.Add(variant.Captures);
        if (mask is not null)
        {
            IParameterSymbol[] different = [.. mask.CaptureParameters.Where((_, i) => union.Differs(mask.Captures[i]))];
            foreach (IParameterSymbol parameter in different)
                ReportDifference(variant, mask, parameter, sink);
            if (different.Length > 0)
                return null;
            // A mask has no gradient.
            union.Add(mask.Captures.Select(static capture => capture with { IsLearnable = false }));
        }

        return union;
    }

    /// <summary>Where a capture of either method stands in the union.</summary>
    public int Position(CaptureModel capture) => _positions[capture.Name];

    private void Add(IEnumerable<CaptureModel> captures)
    {
        foreach (CaptureModel capture in captures)
        {
            if (_positions.ContainsKey(capture.Name))
                continue;
            _positions.Add(capture.Name, _captures.Count);
            _captures.Add(capture);
        }
    }

    private bool Differs(CaptureModel capture) =>
        _positions.TryGetValue(capture.Name, out int position)
        && _captures[position] != capture with { IsLearnable = _captures[position].IsLearnable };

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
