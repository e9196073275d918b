namespace FlexAttention.Benchmarks.Problems;

/// <summary>The (query, key) pairs of a head that a mask keeps: what useful work is counted by.</summary>
internal static class KeptPairs
{
    /// <summary>The pairs of a variant of <see cref="Catalogue"/>; those with a mask have as many queries as keys.</summary>
    public static long Of(string variant, in ProblemShape shape) => variant switch
    {
        "none" or "none_reproducible" or "relative_bias" or "relative_bias_fixed" or "relative_bias_reproducible" =>
            (long)shape.QLength * shape.KvLength,
        "sliding_window" => SlidingWindow(shape.KvLength, Catalogue.Window),
        "document" => Documents(PackedDocuments.TwelveStarts(shape.KvLength), shape.KvLength),
        _ => Causal(shape.KvLength),
    };

    public static long Causal(long length) => length * (length + 1) / 2;

    /// <summary>Causal, and fewer than <paramref name="window"/> keys back.</summary>
    public static long SlidingWindow(long length, long window) => Causal(length) - Causal(Math.Max(0, length - window));

    /// <summary>Causal within each document.</summary>
    public static long Documents(int[] starts, int length) => PackedDocuments.Lengths(starts, length).Sum(tokens => Causal(tokens));
}
