using System.CommandLine;
using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Suites.Attention;

/// <summary>Which cells the forward and the backward suite time.</summary>
internal sealed class AttentionGrid
{
    private const int Batch = 4;
    private const int Heads = 16;
    private const int GroupedKvHeads = 4;
    private const int LargeHeadDim = 256;
    private const int LargeHeadDimLength = 8192;
    private const int FurtherLength = 8192;

    private readonly Option<string[]> _variants = new("--variants") { AllowMultipleArgumentsPerToken = true, Description = "All by default." };
    private readonly Option<int[]> _headDims = Numbers("--head-dims", "64 and 128 by default, and some cells of 256.");
    private readonly Option<int[]> _lengths = Numbers("--lengths", "2048, 8192 and 32768 by default.");
    private readonly Option<int[]> _kvHeads = Numbers("--kv-heads", "As many as query heads by default, and 4 for causal, too.");
    private readonly Option<int> _heads = new("--heads") { DefaultValueFactory = _ => Heads };
    private readonly Option<int> _batch = new("--batch") { DefaultValueFactory = _ => Batch };
    private readonly Option<bool> _quick = new("--quick") { Description = "A few cells only." };

    private readonly IReadOnlyList<string> _further;

    /// <summary>Makes the options.</summary>
    /// <param name="further">Variants beside those of every grid, at one length only.</param>
    public AttentionGrid(params IReadOnlyList<string> further)
    {
        _further = further;
        _variants.AcceptOnlyFromAmong([.. Catalogue.All.Keys, .. further]);
    }

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_variants, _headDims, _lengths, _heads, _kvHeads, _batch, _quick])
            command.Options.Add(option);
    }

    /// <summary>The cells, those with common inputs next to each other.</summary>
    public IReadOnlyList<Cell> Read(string suite, ParseResult parsed)
    {
        bool quick = parsed.GetValue(_quick);
        string[] variants = Or(parsed.GetValue(_variants), quick ? ["none", "causal", "document"] : [.. Catalogue.All.Keys, .. _further]);
        int[] lengths = Or(parsed.GetValue(_lengths), quick ? [2048, 8192] : [2048, 8192, 32768]);
        int[] asked = parsed.GetValue(_headDims) ?? [], askedKvHeads = parsed.GetValue(_kvHeads) ?? [];
        int batch = parsed.GetValue(_batch), heads = parsed.GetValue(_heads);
        var cells =
            from headDim in Or(asked, quick ? [128] : [64, 128])
            from length in lengths
            from variant in variants
            where !_further.Contains(variant) || lengths.Length == 1 || length == FurtherLength
            from kvHeads in askedKvHeads.Length > 0 ? askedKvHeads
                : variant == "causal" && !quick && heads % GroupedKvHeads == 0 ? [heads, GroupedKvHeads]
                : [heads]
            select Cell.Attention(suite, variant, new ProblemShape(batch, heads, kvHeads, length, length, headDim));
        if (asked.Length == 0 && askedKvHeads.Length == 0 && !quick && lengths.Contains(LargeHeadDimLength))
        {
            var large = new ProblemShape(batch, heads, heads, LargeHeadDimLength, LargeHeadDimLength, LargeHeadDim);
            cells = cells.Concat(variants.Intersect(["none", "causal"]).Select(variant => Cell.Attention(suite, variant, large)));
        }

        return [.. cells.GroupBy(cell => cell.Shape).SelectMany(group => group)];
    }

    private static Option<int[]> Numbers(string name, string description) =>
        new(name) { AllowMultipleArgumentsPerToken = true, Description = description };

    private static T[] Or<T>(T[]? asked, T[] otherwise) => asked is { Length: > 0 } ? asked : otherwise;
}
