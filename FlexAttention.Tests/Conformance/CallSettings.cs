namespace FlexAttention.Tests.Conformance;

/// <summary>What a call chooses beside a variant and a shape, for the kernel and the oracle alike.</summary>
public sealed record CallSettings
{
    /// <summary>How functions are computed.</summary>
    public MathMode Math { get; init; } = MathMode.Exact;

    /// <summary>A tile asked for by hand.</summary>
    public TileOverride? Tile { get; init; }

    /// <summary>The factor of q . k.</summary>
    public float? Scale { get; init; }

    /// <summary>Whether there is a sink for each head.</summary>
    public bool Sinks { get; init; }

    /// <summary>How the tensors lie in memory.</summary>
    public TensorArrangement Arrangement { get; init; }

    /// <summary>Whether some values are NaN: rows that do not see them must not notice.</summary>
    public bool SpoiltValues { get; init; }

    /// <summary>Block sizes to try where the variant has a mask: the default, and one that divides nothing.</summary>
    public IReadOnlyList<(int QueryBlock, int KeyBlock)> Blocks { get; init; } = [(128, 128), (48, 80)];

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Math}, {(Tile is { } tile ? $"{tile}" : "tile of the table")}, scale {Scale?.ToString() ?? "default"}, {Arrangement}" +
        $"{(Sinks ? ", sinks" : "")}{(SpoiltValues ? ", spoilt values" : "")}";
}
