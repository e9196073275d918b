using System.Runtime.CompilerServices;

namespace FlexAttention.Tests.Conformance;

/// <summary>The element types of attention, to and from double.</summary>
internal static class Elements
{
    /// <summary>The nearest number of the type.</summary>
    public static T Round<T>(double value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
            return Unsafe.BitCast<double, T>(value);
        if (typeof(T) == typeof(float))
            return Unsafe.BitCast<float, T>((float)value);
        if (typeof(T) == typeof(Half))
            return Unsafe.BitCast<Half, T>((Half)value);
        if (typeof(T) == typeof(BFloat16))
            return Unsafe.BitCast<BFloat16, T>((BFloat16)value);
        throw new NotSupportedException($"{typeof(T)} is not an element type of attention.");
    }

    /// <summary>The same number in double.</summary>
    public static double Widen<T>(T value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
            return Unsafe.BitCast<T, double>(value);
        if (typeof(T) == typeof(float))
            return Unsafe.BitCast<T, float>(value);
        if (typeof(T) == typeof(Half))
            return (double)Unsafe.BitCast<T, Half>(value);
        if (typeof(T) == typeof(BFloat16))
            return Unsafe.BitCast<T, BFloat16>(value).ToSingle();
        throw new NotSupportedException($"{typeof(T)} is not an element type of attention.");
    }

    /// <summary>A number rounded to the type, in float.</summary>
    public static float RoundTrip<T>(float value)
        where T : unmanaged =>
        typeof(T) == typeof(float) ? value : (float)Widen(Round<T>(value));

    /// <summary>Half the distance between 1 and the next number: the largest relative error of one rounding.</summary>
    public static double UnitRoundoff<T>()
        where T : unmanaged =>
        typeof(T) == typeof(double) ? 1.0 / (1L << 53)
        : typeof(T) == typeof(float) ? 1.0 / (1 << 24)
        : typeof(T) == typeof(Half) ? 1.0 / (1 << 11)
        : 1.0 / (1 << 8);
}
