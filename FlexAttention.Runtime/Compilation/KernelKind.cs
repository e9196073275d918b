namespace FlexAttention.Compilation;

/// <summary>The kernels that a variant's CUDA unit can be compiled to, one at a time.</summary>
internal enum KernelKind
{
    /// <summary><c>flex_forward</c>.</summary>
    Forward,

    /// <summary><c>flex_backward</c> and the kernels around it.</summary>
    Backward,

    /// <summary>The kernels that build a block mask: <c>flex_block_mask_count</c> and others.</summary>
    BlockMask,

    /// <summary><c>flex_check</c>.</summary>
    Check,

    /// <summary><c>flex_evaluate</c>.</summary>
    Evaluate,

    /// <summary><c>flex_evaluate_gradient</c>.</summary>
    EvaluateGradient,
}

/// <summary>What the kinds are called in sources.</summary>
internal static class KernelKinds
{
    /// <summary>Whether a kernel works on tiles of queries and keys.</summary>
    public static bool HasTile(this KernelKind kind) => kind is KernelKind.Forward or KernelKind.Backward;

    /// <summary>The macro that selects the kernel in a unit.</summary>
    public static string Macro(this KernelKind kind) => kind switch
    {
        KernelKind.Forward => "FLEX_FORWARD",
        KernelKind.Backward => "FLEX_BACKWARD",
        KernelKind.BlockMask => "FLEX_BLOCK_MASK",
        KernelKind.Check => "FLEX_CHECK",
        KernelKind.Evaluate => "FLEX_EVALUATE",
        KernelKind.EvaluateGradient => "FLEX_EVALUATE_GRADIENT",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of kernel."),
    };
}
