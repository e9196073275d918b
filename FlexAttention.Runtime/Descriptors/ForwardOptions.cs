namespace FlexAttention;

/// <summary>What a forward call may choose beside its tensors. Everything here is optional.</summary>
public sealed class ForwardOptions
{
    /// <summary>The defaults.</summary>
    internal static ForwardOptions Default { get; } = new();

    /// <summary>The factor of <c>q . k</c>; 1/sqrt(D) when null.</summary>
    public float? Scale { get; init; }

    /// <summary>
    /// The blocks that the variant's mask leaves, so that the others are skipped. It must have been created from the
    /// variant's own mask with the same captures.
    /// </summary>
    public BlockMask? BlockMask { get; init; }

    /// <summary>
    /// Attention sinks, one a query head, shape [Hq]: a further key whose score is the sink and whose value is zero.
    /// </summary>
    public DeviceTensor<float>? Sinks { get; init; }

    /// <summary>Whether to return the natural logarithm of each row's sum of exponentials.</summary>
    public bool ReturnLse { get; init; }

    /// <summary>Whether to return the highest score of each row.</summary>
    public bool ReturnRowMax { get; init; }

    /// <summary>
    /// Whether to look first for captured accesses out of range, over all pairs, and throw
    /// <see cref="CaptureIndexException"/>. Slow: for finding mistakes. Without it such an access reads zero.
    /// </summary>
    public bool Checked { get; init; }

    /// <summary>How functions such as exp and tanh are computed on the GPU.</summary>
    public MathMode Math { get; init; }

    /// <summary>The GPU's queue to run on; the default stream when null. The call returns before the work is done.</summary>
    public CudaStream? Stream { get; init; }

    /// <summary>The tile to use on the GPU instead of the one chosen for the device.</summary>
    public TileOverride? Tile { get; init; }
}
