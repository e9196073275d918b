using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FlexAttention.Cpu.Forward;

/// <summary>16-bit floating-point numbers to float.</summary>
internal static unsafe class Widening
{
    /// <summary>2^112: float's exponent bias of 127 less Half's of 15.</summary>
    private const float BiasCorrection = 5.192296858534828e33f;

    /// <summary>Widens <see cref="Half"/> numbers, given by their bits.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void FromHalf(ushort* source, int count, float* target)
    {
        int i = 0;
        for (; i + Vector256<ushort>.Count <= count; i += Vector256<ushort>.Count)
        {
            (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(Vector256.Load(source + i));
            FromHalf(lower).Store(target + i);
            FromHalf(upper).Store(target + i + Vector256<uint>.Count);
        }

        for (; i < count; i++)
            target[i] = (float)BitConverter.UInt16BitsToHalf(source[i]);
    }

    /// <summary>Widens <see cref="BFloat16"/> numbers, given by their bits.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void FromBFloat16(ushort* source, int count, float* target)
    {
        int i = 0;
        for (; i + Vector256<ushort>.Count <= count; i += Vector256<ushort>.Count)
        {
            (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(Vector256.Load(source + i));
            (lower << 16).AsSingle().Store(target + i);
            (upper << 16).AsSingle().Store(target + i + Vector256<uint>.Count);
        }

        for (; i < count; i++)
            target[i] = BFloat16.FromBits(source[i]);
    }

    /// <summary>
    /// With the exponent and mantissa moved into place, a multiplication corrects the exponent's bias, and makes
    /// subnormal numbers normal; infinity and NaN get the exponent of all ones.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> FromHalf(Vector256<uint> bits)
    {
        Vector256<uint> magnitude = bits & Vector256.Create(0x7FFFu);
        Vector256<uint> moved = magnitude << 13;
        Vector256<uint> finite = (moved.AsSingle() * Vector256.Create(BiasCorrection)).AsUInt32();
        Vector256<uint> special = moved | Vector256.Create(0x7F800000u);
        Vector256<uint> isFinite = Vector256.LessThan(magnitude, Vector256.Create(0x7C00u));
        Vector256<uint> sign = (bits ^ magnitude) << 16;
        return (Vector256.ConditionalSelect(isFinite, finite, special) | sign).AsSingle();
    }
}
