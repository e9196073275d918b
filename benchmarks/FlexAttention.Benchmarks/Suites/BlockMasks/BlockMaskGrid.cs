using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Suites.BlockMasks;

/// <summary>Which cells the block mask suite times.</summary>
internal static class BlockMaskGrid
{
    private const string CallAlone = "_call";
    private const int LongLength = 131072;
    private const int LongWindow = 4096;
    private const int LongDocuments = 32;

    /// <summary>The masks with block sparsity.</summary>
    public static IReadOnlyList<string> Variants { get; } = ["causal", "sliding_window", "document"];

    /// <summary>The same by the call alone, without the lists that calls make of masks that are bounds of a distance.</summary>
    public static IReadOnlyList<string> CallsAlone { get; } = [.. Variants.Select(static variant => variant + CallAlone)];

    /// <summary>The lengths of the forward suite, and packed sequences of many documents.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [2048, 8192, 32768, LongLength, 806662, 1048576];

    /// <summary>Whether the call alone is timed.</summary>
    public static bool IsCallAlone(Cell cell) => cell.Variant.EndsWith(CallAlone, StringComparison.Ordinal);

    /// <summary>The mask of a cell.</summary>
    public static string MaskOf(Cell cell) => IsCallAlone(cell) ? cell.Variant[..^CallAlone.Length] : cell.Variant;

    public static Cell Cell(string variant, int length) => length >= LongLength
        ? Problems.Cell.BlockMask(variant, length, LongWindow, PackedDocuments.Starts(LongDocuments, length))
        : Problems.Cell.BlockMask(variant, length, Catalogue.Window, PackedDocuments.TwelveStarts(length));
}
