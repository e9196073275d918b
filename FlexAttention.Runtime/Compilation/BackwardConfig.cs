using FlexAttention.Execution;

namespace FlexAttention.Compilation;

/// <summary>
/// Everything that the kernels of a backward call are specialised by: the forward problem, which gradients are wanted, and
/// whether every sum has an order.
/// </summary>
internal readonly record struct BackwardConfig : IKernelConfig<BackwardConfig>
{
    /// <summary>The forward problem, with the backward kernels' tile.</summary>
    public required ForwardConfig Forward { get; init; }

    /// <summary>The gradients that are wanted and that there are.</summary>
    public required GradientKinds Gradients { get; init; }

    /// <summary>Whether two calls must give the same bits.</summary>
    public bool Reproducible { get; init; }

    /// <inheritdoc/>
    public ElementType Element => Forward.Element;

    /// <inheritdoc/>
    public int HeadDim => Forward.HeadDim;

    /// <inheritdoc/>
    public int ValueDim => Forward.ValueDim;

    /// <inheritdoc/>
    public TileConfig Tile => Forward.Tile;

    /// <inheritdoc/>
    public bool TileIsFixed => Forward.TileIsFixed;

    /// <inheritdoc/>
    public int HarmlessSpillBytes => HopperBackwardTiles.HarmlessSpillBytes(Tile);

    /// <inheritdoc/>
    public int SharedBytes => BackwardTiles.SharedBytes(Tile, Element, HeadDim, ValueDim);

    /// <summary>Whether a gradient of any of the kinds is wanted.</summary>
    public bool Wants(GradientKinds kinds) => Gradients.HasAny(kinds);

    /// <inheritdoc/>
    public BackwardConfig With(TileConfig tile) => this with { Forward = Forward.With(tile) };

    /// <inheritdoc/>
    public IEnumerable<TileConfig> Candidates(GpuArchitecture architecture, int sharedLimit) =>
        BackwardTiles.Candidates(TileRequest.Of(Forward, architecture, sharedLimit));

    /// <inheritdoc/>
    public string ToHeader() => Forward.ToHeader(
        $$"""
        constexpr bool kReproducible = {{ForwardConfig.Text(Reproducible)}};
        constexpr bool kNeedsQuery = {{Needs(GradientKinds.Query)}};
        constexpr bool kNeedsKey = {{Needs(GradientKinds.Key)}};
        constexpr bool kNeedsValue = {{Needs(GradientKinds.Value)}};
        constexpr bool kNeedsSinks = {{Needs(GradientKinds.Sinks)}};
        constexpr bool kNeedsCaptures = {{Needs(GradientKinds.Captures)}};

        """);

    private string Needs(GradientKinds kind) => ForwardConfig.Text(Wants(kind));
}
