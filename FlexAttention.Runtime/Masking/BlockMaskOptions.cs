namespace FlexAttention;

/// <summary>What the creation of a block mask may choose. Everything here is optional.</summary>
public sealed record BlockMaskOptions
{
    /// <summary>The largest size of a block.</summary>
    internal const int MaximumBlockSize = 1 << 16;

    /// <summary>The defaults.</summary>
    internal static BlockMaskOptions Default { get; } = new();

    /// <summary>
    /// Where to build and keep the mask: the device that the attention will run on. When null, the device of the captures;
    /// without captured tensors, the CPU.
    /// </summary>
    public Device? Device { get; init; }

    /// <summary>The queries of a block. Kernels prefer multiples of 128; any size from 1 to 65536 works.</summary>
    public int QueryBlockSize { get; init; } = 128;

    /// <summary>The keys of a block. Kernels prefer multiples of 128; any size from 1 to 65536 works.</summary>
    public int KeyBlockSize { get; init; } = 128;

    /// <summary>
    /// The GPU's queue to build on; the default stream when null. The call may return before the mask is built: calls with it wait,
    /// whatever their stream, but captured tensors must stay as they are until the work queued so far is done.
    /// </summary>
    public CudaStream? Stream { get; init; }

    /// <summary>Where to look for the mask first, and to keep it; null: a new one is made for each call. Not for masks made of blocks.</summary>
    public BlockMaskCache? Cache { get; init; }

    /// <summary>
    /// For <see cref="Cache"/>: a number that the caller changes whenever an element of a captured tensor has changed. Without one the
    /// elements of tensors on the CPU are compared, and tensors on a GPU are refused.
    /// </summary>
    public long? CaptureVersion { get; init; }
}
