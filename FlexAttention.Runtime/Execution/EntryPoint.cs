namespace FlexAttention.Execution;

/// <summary>The kernels of a generated unit.</summary>
internal enum EntryPoint
{
    /// <summary><c>flex_forward</c>.</summary>
    Forward,

    /// <summary><c>flex_block_mask_count</c>.</summary>
    BlockMaskCount,

    /// <summary><c>flex_block_mask_fill</c>.</summary>
    BlockMaskFill,

    /// <summary><c>flex_check</c>.</summary>
    Check,

    /// <summary><c>flex_evaluate</c>.</summary>
    Evaluate,
}

/// <summary>The entry points' names.</summary>
internal static class EntryPoints
{
    public const int Count = 5;

    /// <summary>The name; a UTF-8 literal, so a zero byte follows it in memory.</summary>
    public static ReadOnlySpan<byte> NameOf(EntryPoint entry) => entry switch
    {
        EntryPoint.Forward => "flex_forward"u8,
        EntryPoint.BlockMaskCount => "flex_block_mask_count"u8,
        EntryPoint.BlockMaskFill => "flex_block_mask_fill"u8,
        EntryPoint.Check => "flex_check"u8,
        EntryPoint.Evaluate => "flex_evaluate"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(entry), entry, "Not an entry point."),
    };
}
