namespace FlexAttention;

/// <summary>A variant read a captured buffer out of range. Raised by the checked mode.</summary>
public sealed class CaptureIndexException : Exception
{
    /// <summary>Describes an access out of range.</summary>
    public CaptureIndexException(string variant, string capture, int dimension, long index, long extent, int b, int h, int q, int kv)
        : base(
            $"Variant '{variant}' reads capture '{capture}' out of range at (b={b}, h={h}, q={q}, kv={kv}): index {index} in " +
            $"dimension {dimension}, whose extent is {extent}. Make the buffer larger or clamp the index in the method.")
    {
        Variant = variant;
        Capture = capture;
        Dimension = dimension;
        Index = index;
        Extent = extent;
    }

    /// <summary>The variant's C# name.</summary>
    public string Variant { get; }

    /// <summary>The captured parameter's name.</summary>
    public string Capture { get; }

    /// <summary>The dimension of the index at fault.</summary>
    public int Dimension { get; }

    /// <summary>The index at fault.</summary>
    public long Index { get; }

    /// <summary>The number of elements along that dimension.</summary>
    public long Extent { get; }
}
