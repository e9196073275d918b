namespace FlexAttention.Execution;

/// <summary>The kernels of a generated unit.</summary>
internal enum EntryPoint
{
    /// <summary><c>flex_forward</c>.</summary>
    Forward,

    /// <summary><c>flex_forward_combine</c>: adds up the parts of the keys, where they are split.</summary>
    ForwardCombine,

    /// <summary><c>flex_backward_prepare</c>: what the others need of each row, and zeros where they add.</summary>
    BackwardPrepare,

    /// <summary><c>flex_backward</c>: the gradients of keys, values and captures; on Hopper also those of queries.</summary>
    Backward,

    /// <summary><c>flex_backward_query</c>: the gradients of queries, where <c>flex_backward</c> leaves them out.</summary>
    BackwardQuery,

    /// <summary><c>flex_backward_finish</c>: from sums to results.</summary>
    BackwardFinish,

    /// <summary><c>flex_backward_recover</c>: computes anew what NaN or infinity has reached that has no part in it.</summary>
    BackwardRecover,

    /// <summary><c>flex_block_mask_leaves</c>: bounds of the elements that a mask looks up.</summary>
    BlockMaskLeaves,

    /// <summary><c>flex_block_mask_levels</c>: bounds of the bounds.</summary>
    BlockMaskLevels,

    /// <summary><c>flex_block_mask_list</c>: the blocks of a small mask.</summary>
    BlockMaskList,

    /// <summary><c>flex_block_mask_count</c>.</summary>
    BlockMaskCount,

    /// <summary><c>flex_block_mask_scan</c>: from counts to offsets.</summary>
    BlockMaskScan,

    /// <summary><c>flex_block_mask_fill</c>.</summary>
    BlockMaskFill,

    /// <summary><c>flex_check</c>.</summary>
    Check,

    /// <summary><c>flex_evaluate</c>.</summary>
    Evaluate,

    /// <summary><c>flex_evaluate_gradient</c>.</summary>
    EvaluateGradient,
}

/// <summary>The entry points' names.</summary>
internal static class EntryPoints
{
    public const int Count = 16;

    /// <summary>Whether a kernel asks for the shared memory of a tile.</summary>
    public static bool HasTile(this EntryPoint entry) => entry is EntryPoint.Forward or EntryPoint.Backward or EntryPoint.BackwardQuery;

    /// <summary>The name; a UTF-8 literal, so a zero byte follows it in memory.</summary>
    public static ReadOnlySpan<byte> NameOf(EntryPoint entry) => entry switch
    {
        EntryPoint.Forward => "flex_forward"u8,
        EntryPoint.ForwardCombine => "flex_forward_combine"u8,
        EntryPoint.BackwardPrepare => "flex_backward_prepare"u8,
        EntryPoint.Backward => "flex_backward"u8,
        EntryPoint.BackwardQuery => "flex_backward_query"u8,
        EntryPoint.BackwardFinish => "flex_backward_finish"u8,
        EntryPoint.BackwardRecover => "flex_backward_recover"u8,
        EntryPoint.BlockMaskLeaves => "flex_block_mask_leaves"u8,
        EntryPoint.BlockMaskLevels => "flex_block_mask_levels"u8,
        EntryPoint.BlockMaskList => "flex_block_mask_list"u8,
        EntryPoint.BlockMaskScan => "flex_block_mask_scan"u8,
        EntryPoint.BlockMaskCount => "flex_block_mask_count"u8,
        EntryPoint.BlockMaskFill => "flex_block_mask_fill"u8,
        EntryPoint.Check => "flex_check"u8,
        EntryPoint.Evaluate => "flex_evaluate"u8,
        EntryPoint.EvaluateGradient => "flex_evaluate_gradient"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(entry), entry, "Not an entry point."),
    };
}
