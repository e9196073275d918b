namespace FlexAttention.Generators.Emit;

/// <summary>The library's types as generated C# names them.</summary>
internal static class Runtime
{
    public const string Device = "global::FlexAttention.Device";
    public const string DeviceTensor = "global::FlexAttention.DeviceTensor";
    public const string AttentionOutput = "global::FlexAttention.AttentionOutput";
    public const string AttentionGradients = "global::FlexAttention.AttentionGradients";
    public const string BackwardOptions = "global::FlexAttention.BackwardOptions";
    public const string ForwardOptions = "global::FlexAttention.ForwardOptions";
    public const string BlockMask = "global::FlexAttention.BlockMask";
    public const string BlockMaskOptions = "global::FlexAttention.BlockMaskOptions";
    public const string ScoreMap = "global::FlexAttention.ScoreMap";
    public const string BlockKind = "global::FlexAttention.BlockKind";

    private const string Masking = "global::FlexAttention.Masking.";
    public const string Interval = Masking + "Interval";
    public const string Intervals = Masking + "Intervals";
    public const string CaptureIntervals = Masking + "CaptureIntervals";
    public const string Truth = Masking + "Truth";
    public const string BoundsTables = Masking + "BoundsTables";
    public const string BoundsLookups = Masking + "BoundsLookups";
    public const string DistanceBand = Masking + "DistanceBand";

    private const string Descriptors = "global::FlexAttention.Descriptors.";
    public const string IAttentionVariant = Descriptors + "IAttentionVariant";
    public const string AttentionEngine = Descriptors + "AttentionEngine";
    public const string CaptureBinder = Descriptors + "CaptureBinder";
    public const string CaptureView = Descriptors + "CaptureView";
    public const string CaptureDescriptor = Descriptors + "CaptureDescriptor";
    public const string GradientView = Descriptors + "GradientView";
    public const string VariantDescriptor = Descriptors + "VariantDescriptor";
    public const string IndexDependence = Descriptors + "IndexDependence";

    private const string Cpu = "global::FlexAttention.Cpu.";
    public const string ILanes = Cpu + "ILanes";
    public const string CaptureReader = Cpu + "CaptureReader";
    public const string CaptureBounds = Cpu + "CaptureBounds";
    public const string RunReader = Cpu + "RunReader";
    public const string GradientWriter = Cpu + "GradientWriter";
    public const string MaskedScore = Cpu + "MaskedScore";
    public const string ScalarMath = Cpu + "ScalarMath";

    public const string ReadOnlySpan = "global::System.ReadOnlySpan";
    public const string Unsafe = "global::System.Runtime.CompilerServices.Unsafe";
}
