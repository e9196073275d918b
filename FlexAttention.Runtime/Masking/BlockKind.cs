namespace FlexAttention;

/// <summary>What a mask leaves of one block of (query, key) pairs.</summary>
public enum BlockKind : byte
{
    /// <summary>No pair: the block is never visited.</summary>
    Empty,

    /// <summary>Some pairs: the mask is evaluated for each.</summary>
    Partial,

    /// <summary>Every pair: the mask is not evaluated.</summary>
    Full,
}
