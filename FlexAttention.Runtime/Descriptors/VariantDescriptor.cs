namespace FlexAttention.Descriptors;

/// <summary>The positions, and the score, that a function of a variant may depend on.</summary>
[Flags]
public enum IndexDependence
{
    /// <summary>A constant.</summary>
    None = 0,

    /// <summary>The batch index.</summary>
    Batch = 1,

    /// <summary>The query head index.</summary>
    Head = 2,

    /// <summary>The query index.</summary>
    Query = 4,

    /// <summary>The key/value index.</summary>
    Key = 8,

    /// <summary>The score.</summary>
    Score = 16,
}

/// <summary>One captured parameter of a variant. Rank 0 is a scalar.</summary>
/// <param name="Name">The parameter's name in C#.</param>
/// <param name="ElementType">The C# element type.</param>
/// <param name="Rank">0 for a scalar, else the number of dimensions of the buffer, 1 to 4.</param>
public sealed record CaptureDescriptor(string Name, Type ElementType, int Rank)
{
    /// <summary>Whether backward calls compute its gradient.</summary>
    public bool IsLearnable { get; init; }

    /// <summary>
    /// The positions that are indices of every access to it, each in a dimension of its own: pairs that differ in one of
    /// them read different elements.
    /// </summary>
    public IndexDependence IndexedBy { get; init; }
}

/// <summary>What the generator says about one variant: its emitted sources and the facts that kernels are chosen by.</summary>
public sealed record VariantDescriptor
{
    /// <summary>The variant's C# name, <c>Namespace.Type.Method</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The CUDA struct's name in <see cref="CudaSource"/>.</summary>
    public required string CudaName { get; init; }

    /// <summary>The CUDA unit: the variant struct and the entry points that instantiate the kernel templates.</summary>
    public required string CudaSource { get; init; }

    /// <summary>The emitted C# CPU kernel.</summary>
    public required string CpuSource { get; init; }

    /// <summary>The variant's intermediate representation, printed.</summary>
    public required string IntermediateRepresentation { get; init; }

    /// <summary>Whether the variant changes scores.</summary>
    public required bool HasScore { get; init; }

    /// <summary>Whether the variant masks pairs.</summary>
    public required bool HasMask { get; init; }

    /// <summary>What the score depends on.</summary>
    public IndexDependence ScoreDependence { get; init; }

    /// <summary>Whether the derivative of the score by the score that enters is anything but one.</summary>
    public bool HasScoreDerivative { get; init; }

    /// <summary>What the mask depends on: a mask that does not depend on the head has one block mask for all heads.</summary>
    public IndexDependence MaskDependence { get; init; }

    /// <summary>
    /// The name of the mask variant whose block masks this variant accepts: its own for a mask variant, the one named by
    /// <see cref="AttentionVariantAttribute.Mask"/> for a score variant, <see langword="null"/> without a mask.
    /// </summary>
    public string? MaskName { get; init; }

    /// <summary>The captures in the order of the emitted captures struct.</summary>
    public required IReadOnlyList<CaptureDescriptor> Captures
    {
        get;
        init
        {
            field = value;
            Learnable = [.. value.Where(static capture => capture.IsLearnable)];
        }
    }

    /// <summary>The captures whose gradients backward calls compute, in the same order.</summary>
    internal IReadOnlyList<CaptureDescriptor> Learnable { get; private init; } = [];
}
