namespace FlexAttention.Descriptors;

/// <summary>What a backward call must repeat of the forward call that its output comes from.</summary>
/// <param name="Variant">The variant.</param>
/// <param name="Scale">The factor of the dot products.</param>
/// <param name="HasSinks">Whether there were sinks.</param>
/// <param name="HasLse">Whether the lse was written, too.</param>
internal readonly record struct ForwardCall(VariantDescriptor Variant, float Scale, bool HasSinks, bool HasLse)
{
    /// <summary>A call that has been started.</summary>
    public static ForwardCall Of(VariantDescriptor variant, float scale, ForwardOptions options) =>
        new(variant, scale, options.Sinks is not null, options.ReturnLse);
}
