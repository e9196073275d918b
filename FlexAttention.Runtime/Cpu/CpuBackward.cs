using System.Runtime.Intrinsics;
using FlexAttention.Cpu.Backward;
using FlexAttention.Cpu.Forward;
using FlexAttention.Cpu.Lanes;
using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Cpu;

/// <summary>The CPU backward pass.</summary>
internal static class CpuBackward
{
    /// <summary>Runs one validated problem on the widest vectors that the machine has.</summary>
    /// <param name="arguments">The problem.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="mask">The block mask, if there is one.</param>
    /// <param name="kinds">The gradients that are needed.</param>
    /// <param name="captures">Those of the captures that learn; none if they are not needed.</param>
    public static void Run<T, TVariant>(
        in BackwardArguments arguments, in TVariant variant, BlockMask? mask, GradientKinds kinds, CaptureOutput[] captures)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant> =>
        Run<T, TVariant>(in arguments, in variant, mask, kinds, captures, VectorWidths.Widest);

    /// <summary>Runs one validated problem on vectors of the given width; in double of at least 256 bits.</summary>
    public static void Run<T, TVariant>(
        in BackwardArguments arguments, in TVariant variant, BlockMask? mask, GradientKinds kinds, CaptureOutput[] captures, VectorWidth width)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        ForwardArguments transposed = arguments.Forward;
        (transposed.QLength, transposed.KvLength) = (transposed.KvLength, transposed.QLength);
        if (mask is not null)
            transposed.Blocks = mask.TransposedView(out transposed.Mask);

        if (typeof(T) == typeof(double))
            InDouble(in arguments, in transposed, in variant, kinds, captures, width);
        else
            InSingle<T, TVariant>(in arguments, in transposed, in variant, kinds, captures, width);
    }

    private static void InSingle<T, TVariant>(
        in BackwardArguments arguments, in ForwardArguments transposed, in TVariant variant, GradientKinds kinds, CaptureOutput[] captures, VectorWidth width)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        switch (width)
        {
            case VectorWidth.Bits512:
                BackwardJob<T, TVariant, Float512, float, Vector512<float>, Vector512<int>>.Run(in arguments, in transposed, in variant, kinds, captures);
                break;
            case VectorWidth.Bits256:
                BackwardJob<T, TVariant, Float256, float, Vector256<float>, Vector256<int>>.Run(in arguments, in transposed, in variant, kinds, captures);
                break;
            default:
                BackwardJob<T, TVariant, Float128, float, Vector128<float>, Vector128<int>>.Run(in arguments, in transposed, in variant, kinds, captures);
                break;
        }
    }

    private static void InDouble<TVariant>(
        in BackwardArguments arguments, in ForwardArguments transposed, in TVariant variant, GradientKinds kinds, CaptureOutput[] captures, VectorWidth width)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        if (width == VectorWidth.Bits512)
            BackwardJob<double, TVariant, Double512, double, Vector512<double>, Vector256<int>>.Run(in arguments, in transposed, in variant, kinds, captures);
        else
            BackwardJob<double, TVariant, Double256, double, Vector256<double>, Vector128<int>>.Run(in arguments, in transposed, in variant, kinds, captures);
    }
}
