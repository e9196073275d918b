namespace FlexAttention.Generators.Transforms;

/// <summary>What a kernel's score comes out in.</summary>
internal enum ScoreUnit : byte
{
    /// <summary>As the dot product: the kernel multiplies by <c>scale * log2(e)</c>.</summary>
    Dot,

    /// <summary>As the exponent of two.</summary>
    Log2,
}
