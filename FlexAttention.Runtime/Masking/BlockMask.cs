using FlexAttention.Execution;

namespace FlexAttention;

/// <summary>The blocks of queries and keys that a mask leaves.</summary>
public sealed class BlockMask
{
    internal BlockMask(string maskName, Device device)
    {
        MaskName = maskName;
        Device = device;
    }

    /// <summary>The name of the mask variant that this was created from.</summary>
    public string MaskName { get; }

    /// <summary>The device that holds the lists.</summary>
    public Device Device { get; }

    /// <summary>The number of batches; 1: for all.</summary>
    public int Batch { get; init; }

    /// <summary>The number of query heads; 1: for all.</summary>
    public int Heads { get; init; }

    /// <summary>The number of queries.</summary>
    public int QueryLength { get; init; }

    /// <summary>The number of keys.</summary>
    public int KeyLength { get; init; }

    /// <summary>Whether this has been disposed.</summary>
    public bool IsDisposed { get; init; }

    /// <summary>The lists, with blocks that are multiples of the tile.</summary>
    internal BlockMaskView ViewFor(int tileM, int tileN, out BlockMaskExtents extents)
    {
        extents = new BlockMaskExtents { Batch = Batch, Heads = Heads, QueryBlock = tileM, KeyBlock = tileN };
        return default;
    }
}
