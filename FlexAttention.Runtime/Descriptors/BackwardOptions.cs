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

    /// <summary>The gradients to compute. What is left out costs no work of its own.</summary>
    public GradientKinds Gradients { get; init; } = GradientKinds.All;

    /// <inheritdoc cref="ForwardOptions.Checked"/>
    public bool Checked { get; init; }

    /// <summary>
    /// Whether two calls with the same inputs must give the same bits on a GPU, gradients of captures included. It costs time;
    /// without it the order of some sums is left to chance. On the CPU it is always so.
    /// </summary>
    /// <remarks>
    /// Gradients of captures are then sums in fixed point, measured by the largest finite element of dOutput and <see cref="DLse"/>,
    /// rounded down to a power of two: in steps of 2^-36 of it. What a warp adds to an element at once must be below 2^26 of it; more
    /// makes that element NaN.
    /// </remarks>
    public bool Reproducible { get; init; }

    /// <inheritdoc cref="ForwardOptions.Math"/>
    public MathMode Math { get; init; }

    /// <inheritdoc cref="ForwardOptions.Stream"/>
    public CudaStream? Stream { get; init; }

    /// <summary>
    /// The tile of the backward kernels to use on the GPU instead of the one chosen for the device: BlockN keys stay with a block
    /// while BlockM queries at a time go by. Without Hopper BlockN is 16, 32, 64 or 128, BlockM a divisor of it, and each warp has 16 keys
    /// or a multiple (8 for float). Hopper: BlockN is 64 or 128, BlockM 64 or as large, with four warps for each 64 keys and four more.
    /// </summary>
    public TileOverride? Tile { get; init; }

    /// <summary>The forward call that this is the backward of: made once, so that later calls allocate nothing.</summary>
    internal ForwardOptions Forward => field ??= new ForwardOptions
    {
        Scale = Scale,
        BlockMask = BlockMask,
        Sinks = Sinks,
        Checked = Checked,
        Math = Math,
        Stream = Stream,
        ReturnLse = true,
    };
}
