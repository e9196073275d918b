using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Cpu;

/// <summary>The CPU forward pass.</summary>
internal static class CpuAttention
{
    /// <summary>Runs one validated problem.</summary>
    public static void Forward<T, TVariant>(in ForwardArguments arguments, in TVariant variant)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant> =>
        throw new NotSupportedException();
}
