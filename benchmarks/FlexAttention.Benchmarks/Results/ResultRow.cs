using System.Text.Json.Serialization;
using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Results;

/// <summary>One figure: one variant on one shape, ours and the peers', taken in one run on one machine.</summary>
/// <param name="Suite">The suite.</param>
/// <param name="Variant">The variant's name.</param>
/// <param name="Batch">B.</param>
/// <param name="QHeads">Hq.</param>
/// <param name="KvHeads">Hkv.</param>
/// <param name="Length">S: the number of keys, and of queries but for decoding, which has one.</param>
/// <param name="HeadDim">D; 0 where it does not matter.</param>
/// <param name="ElementType">The type of q, k and v.</param>
/// <param name="Device">The GPU or CPU.</param>
/// <param name="OursMs">The median of our call, in milliseconds.</param>
/// <param name="PeersMs">The medians of the peers, by name.</param>
/// <param name="Error">
/// Our result's largest absolute error on a sample of rows, against double precision; for block masks, the number of
/// blocks that we and the peer count differently; null where nothing was compared.
/// </param>
internal sealed record ResultRow(
    [property: JsonPropertyName("suite")] string Suite,
    [property: JsonPropertyName("variant")] string Variant,
    [property: JsonPropertyName("B")] int Batch,
    [property: JsonPropertyName("Hq")] int QHeads,
    [property: JsonPropertyName("Hkv")] int KvHeads,
    [property: JsonPropertyName("S")] int Length,
    [property: JsonPropertyName("D")] int HeadDim,
    [property: JsonPropertyName("dtype")] string ElementType,
    [property: JsonPropertyName("device")] string Device,
    [property: JsonPropertyName("ours_ms")] double OursMs,
    [property: JsonPropertyName("peers_ms")] IReadOnlyDictionary<string, double> PeersMs,
    [property: JsonPropertyName("error")] double? Error)
{
    /// <summary>What two runs of the same figure have in common.</summary>
    [JsonIgnore]
    public RowKey Key => new(Suite, Variant, Batch, QHeads, KvHeads, Length, HeadDim, ElementType, Device);

    /// <summary>Whether the row times a cell.</summary>
    public bool IsOf(Cell cell, string device) =>
        Key == new RowKey(
            cell.Suite, cell.Variant, cell.Batch, cell.QHeads, cell.KvHeads, cell.KvLength, cell.HeadDim, ElementType, device);

    /// <summary>How many times as fast as a peer ours is; null where the peer was not timed.</summary>
    public double? RatioTo(string peer) => PeersMs.TryGetValue(peer, out double milliseconds) ? milliseconds / OursMs : null;

    /// <summary>The row in a line, for those who watch a run.</summary>
    public override string ToString() =>
        $"{Suite} {Variant} B={Batch} Hq={QHeads} Hkv={KvHeads} S={Length} D={HeadDim}: ours {OursMs:F3}" +
        $"{string.Concat(PeersMs.Select(peer => $", {peer.Key} {peer.Value:F3}"))} ms";
}
