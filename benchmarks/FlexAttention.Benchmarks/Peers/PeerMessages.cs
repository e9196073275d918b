using System.Text.Json.Serialization;
using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Peers;

/// <summary>One line to the peers' process.</summary>
/// <param name="Do"><c>hello</c>, <c>cell</c>, <c>prepare</c>, <c>time</c> or <c>free</c>.</param>
/// <param name="Cell">For <c>cell</c>: what the following lines are about.</param>
/// <param name="Peer">For <c>prepare</c> and <c>time</c>: the peer's name.</param>
/// <param name="BurstMs">For <c>time</c>: how long the calls of one timing take together.</param>
internal sealed record PeerRequest(string Do, Cell? Cell = null, string? Peer = null, double? BurstMs = null);

/// <summary>One line back.</summary>
/// <param name="Ok">Whether it was done.</param>
/// <param name="Error">Why not.</param>
/// <param name="Ms">For <c>time</c>: the milliseconds of a call.</param>
/// <param name="Versions">For <c>hello</c>: the versions of torch and what it uses.</param>
/// <param name="Blocks">For <c>prepare</c> of a block mask: the partial and the full blocks.</param>
internal sealed record PeerReply(
    bool Ok, string? Error = null, double? Ms = null, IReadOnlyDictionary<string, string>? Versions = null, long[]? Blocks = null);

/// <summary>The protocol's JSON, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PeerRequest))]
[JsonSerializable(typeof(PeerReply))]
[JsonSerializable(typeof(Cell[]))]
internal sealed partial class PeerJson : JsonSerializerContext;
