using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Suites.BlockMasks;

/// <summary>Which cells the block mask suite times.</summary>
internal static class BlockMaskGrid
{
    private const int LongLength = 131072;
    private const int LongWindow = 4096;
    private const int LongDocuments = 32;

    /// <summary>The masks with block sparsity.</summary>
    public static IReadOnlyList<string> Variants { get; } = ["causal", "sliding_window", "document"];

    /// <summary>The lengths of the forward suite, and packed sequences of many documents.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [2048, 8192, 32768, LongLength, 806662, 1048576];

    public static Cell Cell(string variant, int length) => length >= LongLength
        ? Problems.Cell.BlockMask(variant, length, LongWindow, PackedDocuments.Starts(LongDocuments, length))
        : Problems.Cell.BlockMask(variant, length, Catalogue.Window, PackedDocuments.TwelveStarts(length));
}
