namespace FlexAttention.Generators.Analysis;

/// <summary>How exactly a kernel computes a value.</summary>
internal enum Precision : byte
{
    /// <summary>To the bit as C# does: every operation rounds.</summary>
    Exact,

    /// <summary>By accurate functions; products and sums may fuse.</summary>
    Accurate,

    /// <summary>By the hardware's approximations, unless the caller asked for exact functions.</summary>
    Fast,
}
