using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FlexAttention.Cpu.Lanes;

/// <summary>The largest lane of a vector, by halves. Whether a NaN counts is left open.</summary>
internal static class Reduction
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    public static float Maximum(Vector512<float> x) => Maximum(Vector256.MaxNative(x.GetLower(), x.GetUpper()));

    [MethodImpl(Inline)]
    public static float Maximum(Vector256<float> x) => Maximum(Vector128.MaxNative(x.GetLower(), x.GetUpper()));

    [MethodImpl(Inline)]
    public static float Maximum(Vector128<float> x)
    {
        x = Vector128.MaxNative(x, Vector128.Shuffle(x, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(x, Vector128.Shuffle(x, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    [MethodImpl(Inline)]
    public static double Maximum(Vector512<double> x) => Maximum(Vector256.MaxNative(x.GetLower(), x.GetUpper()));

    [MethodImpl(Inline)]
    public static double Maximum(Vector256<double> x)
    {
        Vector128<double> y = Vector128.MaxNative(x.GetLower(), x.GetUpper());
        return Vector128.MaxNative(y, Vector128.Shuffle(y, Vector128.Create(1L, 0))).ToScalar();
    }
}
