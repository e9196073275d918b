namespace FlexAttention;

/// <summary>
/// What a backward call may choose beside its tensors. Scale, block mask and sinks must be those of the forward call.
/// </summary>
public sealed class BackwardOptions
{
    /// <summary>The defaults.</summary>
    internal static BackwardOptions Default { get; } = new();

    /// <inheritdoc cref="ForwardOptions.Scale"/>
    public float? Scale { get; init; }

    /// <inheritdoc cref="ForwardOptions.BlockMask"/>
    public BlockMask? BlockMask { get; init; }

    /// <inheritdoc cref="ForwardOptions.Sinks"/>
    public DeviceTensor<float>? Sinks { get; init; }

    /// <summary>The gradient of the lse, [B, Hq, Lq], contiguous, where something was computed from it; zero when null.</summary>
    public DeviceTensor<float>? DLse { get; init; }

    /// <summary>The gradients to compute. What is left out costs nothing.</summary>
    public GradientKinds Gradients { get; init; } = GradientKinds.All;

    /// <inheritdoc cref="ForwardOptions.Checked"/>
    public bool Checked { get; init; }

    /// <summary>The forward call that this is the backward of.</summary>
    internal ForwardOptions ToForward() => new()
    {
        Scale = Scale,
        BlockMask = BlockMask,
        Sinks = Sinks,
        Checked = Checked,
        ReturnLse = true,
    };
}
