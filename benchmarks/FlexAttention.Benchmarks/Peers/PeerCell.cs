using System.Text.Json.Serialization;

namespace FlexAttention.Benchmarks.Peers;

/// <summary>What the peers are asked to compute, as peers/cells.py reads it.</summary>
/// <param name="Suite">The suite.</param>
/// <param name="Variant">The variant's name.</param>
/// <param name="Batch">B.</param>
/// <param name="QHeads">Hq.</param>
/// <param name="KvHeads">Hkv.</param>
/// <param name="QLength">The number of queries.</param>
/// <param name="KvLength">The number of keys.</param>
/// <param name="HeadDim">D.</param>
/// <param name="Sets">How many sets of inputs take turns.</param>
/// <param name="Window">How many keys a query of the sliding window sees.</param>
/// <param name="DocumentStarts">The first token of each document.</param>
internal sealed record PeerCell(
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
    /// <summary>The peers that can express the variant.</summary>
    [JsonIgnore]
    public IEnumerable<string> Peers =>
        Suite != "blockmask" && Variant is "none" or "causal" ? PeerNames.All : [PeerNames.Flex];

    public override string ToString() => $"{Suite} {Variant} B={Batch} Hq={QHeads} Hkv={KvHeads} S={KvLength} D={HeadDim}";
}
