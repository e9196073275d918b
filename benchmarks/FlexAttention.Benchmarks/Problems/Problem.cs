using FlexAttention.Cpu;

namespace FlexAttention.Benchmarks.Problems;

/// <summary>One variant on one shape, with its captures and block mask, ready to be called.</summary>
internal sealed record Problem : IDisposable
{
    /// <summary>The variant's name, as the peers know it.</summary>
    public required string Variant { get; init; }

    /// <summary>The extents.</summary>
    public required ProblemShape Shape { get; init; }

    /// <summary>Queues one call.</summary>
    public required Action<InputSet<BFloat16>, ForwardOptions> Call { get; init; }

    /// <summary>Queues one backward call; the inputs have a gradient of the output.</summary>
    public required Func<InputSet<BFloat16>, BackwardOptions, AttentionGradients<BFloat16>> Backward { get; init; }

    /// <summary>The gradients that backward calls are asked for.</summary>
    public GradientKinds Gradients { get; init; } = GradientKinds.All;

    /// <summary>Whether the score adds a learnable table [Hq, 2 S - 1] to the product, read at (h, q - kv + S - 1).</summary>
    public bool LearnsDistances { get; init; }

    /// <summary>Whether backward calls must give the same bits each time.</summary>
    public bool Reproducible { get; init; }

    /// <summary>The variant's score method in double, if it has one.</summary>
    public ScoreFunction? Score { get; init; }

    /// <summary>The derivative of the score method by the score that enters; null where it is 1.</summary>
    public ScoreFunction? Derivative { get; init; }

    /// <summary>The variant's mask method, if it has one.</summary>
    public MaskFunction? Mask { get; init; }

    /// <summary>The blocks that the mask leaves.</summary>
    public BlockMask? Blocks { get; init; }

    /// <summary>The captured tensors.</summary>
    public DeviceTensor[] Captures { get; init; } = [];

    /// <summary>The options of a call.</summary>
    /// <param name="tile">The tile to ask for; the runtime's choice when null.</param>
    public ForwardOptions Options(TileOverride? tile = null) => new() { BlockMask = Blocks, Tile = tile };

    /// <summary>The options of a backward call.</summary>
    public BackwardOptions BackwardOptions() => new() { BlockMask = Blocks, Gradients = Gradients, Reproducible = Reproducible };

    /// <summary>What the error of a call on the given inputs is taken against.</summary>
    public SampledReference<BFloat16> ReferenceFor(InputSet<BFloat16> inputs) =>
        new(inputs, Score, Mask, BFloat16.NaN, static element => element);

    public void Dispose()
    {
        Blocks?.Dispose();
        foreach (DeviceTensor capture in Captures)
            capture.Dispose();
    }
}
