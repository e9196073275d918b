using System.Runtime.CompilerServices;

namespace FlexAttention.Cpu.Lanes;

/// <summary>Functions of float and integer lanes that are the same formula at every width.</summary>
internal static class LaneMath<TLanes, TScalar, TFloat, TInt>
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged
    where TFloat : struct
    where TInt : struct
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>x - trunc(x / y) * y, and 0 for a zero divisor.</summary>
    [MethodImpl(Inline)]
    public static TInt Remainder(TInt x, TInt y)
    {
        TInt remainder = TLanes.Subtract(x, TLanes.Multiply(TLanes.Divide(x, y), y));
        return TLanes.Select(TLanes.Equal(y, TLanes.Broadcast(0)), TLanes.Broadcast(0), remainder);
    }

    /// <summary>The truncated quotient, less one where the remainder has the other sign than the divisor.</summary>
    [MethodImpl(Inline)]
    public static TInt FloorDivide(TInt x, TInt y)
    {
        TInt quotient = TLanes.Divide(x, y);
        TInt remainder = TLanes.Subtract(x, TLanes.Multiply(quotient, y));
        // A mask is -1 where true.
        return TLanes.Add(quotient, HasOtherSign(remainder, y));
    }

    /// <summary>The truncated remainder, plus the divisor where its sign is the other.</summary>
    [MethodImpl(Inline)]
    public static TInt FloorModulo(TInt x, TInt y)
    {
        TInt remainder = TLanes.Remainder(x, y);
        return TLanes.Add(remainder, TLanes.And(y, HasOtherSign(remainder, y)));
    }

    /// <summary>-1, 0 or 1.</summary>
    [MethodImpl(Inline)]
    public static TInt Sign(TInt x) =>
        TLanes.Subtract(TLanes.Less(x, TLanes.Broadcast(0)), TLanes.Greater(x, TLanes.Broadcast(0)));

    /// <inheritdoc cref="Sign(TInt)"/>
    [MethodImpl(Inline)]
    public static TInt Sign(TFloat x) =>
        TLanes.Subtract(TLanes.Less(x, TLanes.Broadcast(0f)), TLanes.Greater(x, TLanes.Broadcast(0f)));

    /// <summary>
    /// tanh in single precision: the Padé approximant of order 7/6 near zero, where the quotient of exponentials
    /// (1 - e^-2x) / (1 + e^-2x) would cancel.
    /// </summary>
    [MethodImpl(Inline)]
    public static TFloat TanhSingle(TFloat x)
    {
        TFloat magnitude = TLanes.Abs(x), square = TLanes.Multiply(x, x), one = TLanes.Broadcast(1f);
        TFloat numerator = TLanes.Add(square, TLanes.Broadcast(378f));
        numerator = TLanes.MultiplyAdd(numerator, square, TLanes.Broadcast(17325f));
        numerator = TLanes.Multiply(magnitude, TLanes.MultiplyAdd(numerator, square, TLanes.Broadcast(135135f)));
        TFloat denominator = TLanes.MultiplyAdd(square, TLanes.Broadcast(28f), TLanes.Broadcast(3150f));
        denominator = TLanes.MultiplyAdd(denominator, square, TLanes.Broadcast(62370f));
        denominator = TLanes.MultiplyAdd(denominator, square, TLanes.Broadcast(135135f));

        // Its argument is never above 0.
        TFloat exponential = TLanes.SoftmaxExp(TLanes.Multiply(magnitude, TLanes.Broadcast(-2f)));
        TInt isSmall = TLanes.Less(magnitude, TLanes.Broadcast(0.625f));
        numerator = TLanes.Select(isSmall, numerator, TLanes.Subtract(one, exponential));
        denominator = TLanes.Select(isSmall, denominator, TLanes.Add(one, exponential));
        return TLanes.CopySign(TLanes.Divide(numerator, denominator), x);
    }

    /// <summary>
    /// e^x for x of at most 0, as the softmax needs it, within 2 units in the last place: 2^n times a polynomial of the
    /// rest of x log2(e), which the fused multiplication leaves exact.
    /// </summary>
    [MethodImpl(Inline)]
    public static TFloat SoftmaxExpSingle(TFloat x)
    {
        // Below this the result is 0; the order of the arguments keeps a NaN.
        x = TLanes.MaximumNative(TLanes.Broadcast(-104f), x);
        TFloat log2E = TLanes.Broadcast(1.44269504f);
        TFloat n = TLanes.Round(TLanes.Multiply(x, log2E));
        TFloat f = TLanes.MultiplyAdd(x, log2E, TLanes.Negate(n));
        // What log2(e) loses as a float, which tells for large x.
        f = TLanes.MultiplyAdd(x, TLanes.Broadcast(1.92596299e-8f), f);
        // 2^f on [-1/2, 1/2] to 1e-8: interpolated at the Chebyshev nodes.
        TFloat p = TLanes.MultiplyAdd(f, TLanes.Broadcast(1.54531634e-4f), TLanes.Broadcast(1.33908633e-3f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(9.61808302e-3f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(5.55035695e-2f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(2.40226507e-1f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(6.93147182e-1f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(1f));
        return TLanes.ScaleByPowerOfTwo(p, n);
    }

    private static TInt HasOtherSign(TInt remainder, TInt divisor) =>
        TLanes.And(
            TLanes.Less(TLanes.Xor(remainder, divisor), TLanes.Broadcast(0)),
            TLanes.And(
                TLanes.NotEqual(remainder, TLanes.Broadcast(0)), TLanes.NotEqual(divisor, TLanes.Broadcast(0))));
}
