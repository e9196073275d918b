using System.Runtime.CompilerServices;

namespace FlexAttention.Cpu.Lanes;

/// <summary>Functions without a vector form, one lane at a time.</summary>
internal static unsafe class PerLane
{
    /// <summary>Applies a function to every lane.</summary>
    public static TVector Map<TScalar, TVector>(TVector x, delegate*<TScalar, TScalar> function)
        where TScalar : unmanaged
        where TVector : struct
    {
        ref TScalar lanes = ref Unsafe.As<TVector, TScalar>(ref x);
        for (int i = 0; i < Unsafe.SizeOf<TVector>() / sizeof(TScalar); i++)
            Unsafe.Add(ref lanes, i) = function(Unsafe.Add(ref lanes, i));
        return x;
    }

    /// <summary>Applies a function of two arguments to every pair of lanes.</summary>
    public static TVector Map<TScalar, TVector>(TVector x, TVector y, delegate*<TScalar, TScalar, TScalar> function)
        where TScalar : unmanaged
        where TVector : struct
    {
        ref TScalar first = ref Unsafe.As<TVector, TScalar>(ref x);
        ref TScalar second = ref Unsafe.As<TVector, TScalar>(ref y);
        for (int i = 0; i < Unsafe.SizeOf<TVector>() / sizeof(TScalar); i++)
            Unsafe.Add(ref first, i) = function(Unsafe.Add(ref first, i), Unsafe.Add(ref second, i));
        return x;
    }

    /// <summary>C#'s <c>%</c>.</summary>
    public static float Remainder(float x, float y) => x % y;

    /// <inheritdoc cref="Remainder(float, float)"/>
    public static double Remainder(double x, double y) => x % y;

    /// <summary>x * 2^n.</summary>
    public static double ScaleByPowerOfTwo(double x, double n) => Math.ScaleB(x, (int)n);

    /// <summary>C#'s shifts, whose count is taken modulo 32.</summary>
    public static int ShiftLeft(int x, int count) => x << count;

    /// <inheritdoc cref="ShiftLeft"/>
    public static int ShiftRight(int x, int count) => x >> count;

    /// <inheritdoc cref="ShiftLeft"/>
    public static int ShiftRightUnsigned(int x, int count) => x >>> count;
}
