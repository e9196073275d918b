using FlexAttention.Descriptors;

namespace FlexAttention.Cpu.Forward;

/// <summary>Which methods a variant has.</summary>
internal readonly record struct VariantHooks(bool HasScore, bool HasMask)
{
    public static VariantHooks Of(VariantDescriptor variant) => new(variant.HasScore, variant.HasMask);
}
