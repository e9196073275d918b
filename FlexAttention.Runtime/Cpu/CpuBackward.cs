using System.Runtime.Intrinsics;
using FlexAttention.Cpu.Backward;
using FlexAttention.Cpu.Forward;
using FlexAttention.Cpu.Lanes;
using FlexAttention.Descriptors;

namespace FlexAttention.Cpu;

/// <summary>The CPU backward pass.</summary>
internal static class CpuBackward
{
    /// <summary>Runs one problem on vectors of the given width; in double of at least 256 bits.</summary>
    public static void Run<T, TVariant>(in BackwardProblem problem, in TVariant variant, VectorWidth width)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        if (typeof(T) == typeof(double))
            InDouble(in problem, in variant, width);
        else
            InSingle<T, TVariant>(in problem, in variant, width);
    }

    private static void InSingle<T, TVariant>(in BackwardProblem problem, in TVariant variant, VectorWidth width)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        switch (width)
        {
            case VectorWidth.Bits512:
                BackwardJob<T, TVariant, Float512, float, Vector512<float>, Vector512<int>>.Run(in problem, in variant);
                break;
            case VectorWidth.Bits256:
                BackwardJob<T, TVariant, Float256, float, Vector256<float>, Vector256<int>>.Run(in problem, in variant);
                break;
            default:
                BackwardJob<T, TVariant, Float128, float, Vector128<float>, Vector128<int>>.Run(in problem, in variant);
                break;
        }
    }

    private static void InDouble<TVariant>(in BackwardProblem problem, in TVariant variant, VectorWidth width)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        if (width == VectorWidth.Bits512)
            BackwardJob<double, TVariant, Double512, double, Vector512<double>, Vector256<int>>.Run(in problem, in variant);
        else
            BackwardJob<double, TVariant, Double256, double, Vector256<double>, Vector128<int>>.Run(in problem, in variant);
    }
}
