using System.Runtime.Intrinsics;
using FlexAttention.Cpu.Forward;
using FlexAttention.Cpu.Lanes;
using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Cpu;

/// <summary>The CPU forward pass.</summary>
internal static class CpuAttention
{
    /// <summary>Runs one validated problem on the widest vectors that the machine has.</summary>
    public static void Forward<T, TVariant>(in ForwardArguments arguments, in TVariant variant)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant> =>
        Forward<T, TVariant>(in arguments, in variant, VectorWidths.Widest);

    /// <summary>Runs one validated problem on vectors of the given width; in double of at least 256 bits.</summary>
    public static void Forward<T, TVariant>(in ForwardArguments arguments, in TVariant variant, VectorWidth width)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        if (typeof(T) == typeof(double))
            InDouble(in arguments, in variant, width);
        else
            InSingle<T, TVariant>(in arguments, in variant, width);
    }

    private static void InSingle<T, TVariant>(in ForwardArguments arguments, in TVariant variant, VectorWidth width)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        switch (width)
        {
            case VectorWidth.Bits512:
                ForwardJob<T, TVariant, Float512, float, Vector512<float>, Vector512<int>>.Run(in arguments, in variant);
                break;
            case VectorWidth.Bits256:
                ForwardJob<T, TVariant, Float256, float, Vector256<float>, Vector256<int>>.Run(in arguments, in variant);
                break;
            default:
                ForwardJob<T, TVariant, Float128, float, Vector128<float>, Vector128<int>>.Run(in arguments, in variant);
                break;
        }
    }

    private static void InDouble<TVariant>(in ForwardArguments arguments, in TVariant variant, VectorWidth width)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        if (width == VectorWidth.Bits512)
            ForwardJob<double, TVariant, Double512, double, Vector512<double>, Vector256<int>>.Run(in arguments, in variant);
        else
            ForwardJob<double, TVariant, Double256, double, Vector256<double>, Vector128<int>>.Run(in arguments, in variant);
    }
}
