namespace FlexAttention;

/// <summary>
/// Marks a static partial method as an attention variant, which the generator compiles to fused kernels.
/// </summary>
/// <remarks>
/// <para>
/// A method that returns <see cref="float"/> and takes <c>(float score, int b, int h, int q, int kv, captures...)</c> is a
/// score variant (<c>score_mod</c>). One that returns <see cref="bool"/> and takes <c>(int b, int h, int q, int kv,
/// captures...)</c> is a mask variant (<c>mask_mod</c>): true keeps the pair. <c>b</c>, <c>h</c>, <c>q</c> and <c>kv</c>
/// are the batch, the query head, the query and the key/value index.
/// </para>
/// <para>Write the body; the generator writes the defining half and a class <c>{Method}Kernel</c> beside the method.</para>
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AttentionVariantAttribute : Attribute
{
    /// <summary>The name of the mask variant, in the same type, that a score variant is combined with.</summary>
    public string? Mask { get; set; }
}
