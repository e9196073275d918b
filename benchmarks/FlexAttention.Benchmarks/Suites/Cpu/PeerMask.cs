namespace FlexAttention.Benchmarks.Suites.Cpu;

/// <summary>How scaled_dot_product_attention is told of a mask or a bias.</summary>
internal enum PeerMask
{
    /// <summary>It has neither.</summary>
    None,

    /// <summary>By <c>is_causal</c>.</summary>
    Causal,

    /// <summary>By a tensor of bools, causal and <see cref="CpuCases.Window"/> wide.</summary>
    Window,

    /// <summary>By a tensor of floats, [H, S, S].</summary>
    Alibi,

    /// <summary>It cannot express this.</summary>
    Unsupported,
}
