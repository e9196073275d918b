using FlexAttention.Tests.Conformance;

namespace FlexAttention.Tests.Gradients;

/// <summary>What a backward call chooses beside a variant and a shape, for the kernels and the oracle alike.</summary>
public sealed record GradientSettings
{
    /// <summary>What gradients may be off by, relative to the largest; the bound by a naive implementation when null.</summary>
    public double? Tolerance { get; init; }

    /// <summary>How functions are computed.</summary>
    public MathMode Math { get; init; } = MathMode.Exact;

    /// <summary>The gradients to ask for.</summary>
    public GradientKinds Gradients { get; init; } = GradientKinds.All;

    /// <summary>Whether the order of all sums is fixed.</summary>
    public bool Reproducible { get; init; }

    /// <summary>A tile asked for by hand.</summary>
    public TileOverride? Tile { get; init; }

    /// <summary>The factor of q . k.</summary>
    public float? Scale { get; init; }

    /// <summary>Whether there is a sink for each head.</summary>
    public bool Sinks { get; init; } = true;

    /// <summary>Whether the loss depends on the lse, too.</summary>
    public bool DLse { get; init; } = true;

    /// <summary>How the tensors lie in memory.</summary>
    public TensorArrangement Arrangement { get; init; }

    /// <summary>
    /// Whether the forward results are computed on the CPU and copied: a test of a GPU's backward kernels then compiles no others.
    /// </summary>
    public bool ForwardOnCpu { get; init; }

    /// <summary>Whether a call without a block mask is made where the variant has a mask.</summary>
    public bool WithoutBlocks { get; init; } = true;

    /// <summary>Block sizes to try where the variant has a mask.</summary>
    public IReadOnlyList<(int QueryBlock, int KeyBlock)> Blocks { get; init; } = [(48, 80)];

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Gradients}, {Math}, {(Tile is { } tile ? $"{tile}" : "tile of the table")}, scale {Scale?.ToString() ?? "default"}, {Arrangement}" +
        $"{(Sinks ? ", sinks" : "")}{(DLse ? ", dlse" : "")}{(Reproducible ? ", reproducible" : "")}";
}
