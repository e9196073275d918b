using System.Runtime.CompilerServices;

namespace FlexAttention.Tests.Conformance;

/// <summary>The element types of attention, to and from floating-point numbers of C#.</summary>
internal static class Elements
{
    /// <summary>The nearest number of the type.</summary>
    public static T Round<T>(float value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return Unsafe.BitCast<float, T>(value);
        if (typeof(T) == typeof(double))
            return Unsafe.BitCast<double, T>(value);
        return typeof(T) == typeof(Half)
            ? Unsafe.BitCast<Half, T>((Half)value)
            : Unsafe.BitCast<BFloat16, T>((BFloat16)value);
    }

    /// <summary>The same numbers in double.</summary>
    public static double[] Widen<T>(T[] items) => items switch
    {
        double[] doubles => doubles,
        float[] floats => Array.ConvertAll(floats, value => (double)value),
        Half[] halves => Array.ConvertAll(halves, value => (double)value),
        BFloat16[] brains => Array.ConvertAll(brains, value => (double)value.ToSingle()),
        _ => throw new NotSupportedException($"{typeof(T)} is not an element type of attention."),
    };

    /// <summary>The largest relative error of one rounding: half the distance between 1 and the next number.</summary>
    public static double UnitRoundoff<T>()
        where T : unmanaged =>
        typeof(T) == typeof(BFloat16) ? 1.0 / (1 << 8)
        : typeof(T) == typeof(Half) ? 1.0 / (1 << 11)
        : 1.0 / (1 << 24);
}
