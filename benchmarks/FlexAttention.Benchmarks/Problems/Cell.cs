using System.Text.Json.Serialization;

namespace FlexAttention.Benchmarks.Problems;

/// <summary>What one row times, ours and the peers': as peers/cells.py reads it, too.</summary>
/// <param name="Suite">The suite.</param>
/// <param name="Variant">The variant's name.</param>
/// <param name="Batch">B.</param>
/// <param name="QHeads">Hq.</param>
/// <param name="KvHeads">Hkv.</param>
/// <param name="QLength">The number of queries.</param>
/// <param name="KvLength">The number of keys.</param>
/// <param name="HeadDim">D; 0 for block masks.</param>
/// <param name="Sets">How many sets of inputs take turns.</param>
/// <param name="Window">How many keys a query of the sliding window sees.</param>
/// <param name="DocumentStarts">The first token of each document.</param>
internal sealed record Cell(
    string Suite,
    string Variant,
    [property: JsonPropertyName("B")] int Batch,
    [property: JsonPropertyName("Hq")] int QHeads,
    [property: JsonPropertyName("Hkv")] int KvHeads,
    int QLength,
    int KvLength,
    [property: JsonPropertyName("D")] int HeadDim,
    int Sets,
    int Window,
    int[] DocumentStarts)
{
    /// <summary>The extents.</summary>
    [JsonIgnore]
    public ProblemShape Shape => new(Batch, QHeads, KvHeads, QLength, KvLength, HeadDim);

    /// <summary>A variant of <see cref="Catalogue"/> on one shape.</summary>
    public static Cell Attention(string suite, string variant, in ProblemShape shape) => new(
        suite,
        variant,
        shape.Batch,
        shape.QHeads,
        shape.KvHeads,
        shape.QLength,
        shape.KvLength,
        shape.HeadDim,
        InputSets.CountFor(shape.Bytes),
        Catalogue.Window,
        PackedDocuments.TwelveStarts(shape.KvLength));

    /// <summary>A mask over one length.</summary>
    public static Cell BlockMask(string variant, int length, int window, int[] documentStarts) =>
        new("blockmask", variant, 1, 1, 1, length, length, 0, 0, window, documentStarts);

    public override string ToString() => $"{Suite} {Variant} B={Batch} Hq={QHeads} Hkv={KvHeads} S={KvLength} D={HeadDim}";
}
