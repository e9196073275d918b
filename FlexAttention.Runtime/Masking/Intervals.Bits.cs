using System.Numerics;

namespace FlexAttention.Masking;

/// <content>Operations on bits.</content>
public static partial class Intervals
{
    /// <summary><c>x &amp; y</c>.</summary>
    public static Interval<T> And<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (y.IsExact)
            return And(x, y.Low);
        if (x.IsExact)
            return And(y, x.Low);
        // A number that is not negative has the sign bit clear, and only loses bits.
        if (x.Low >= T.Zero && y.Low >= T.Zero)
            return new Interval<T>(T.Zero, T.Min(x.High, y.High));
        return x.Low >= T.Zero ? new Interval<T>(T.Zero, x.High)
            : y.Low >= T.Zero ? new Interval<T>(T.Zero, y.High)
            : Interval<T>.All;
    }

    /// <summary><c>x | y</c>.</summary>
    public static Interval<T> Or<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> =>
        x.Low >= T.Zero && y.Low >= T.Zero
            ? new Interval<T>(T.Max(x.Low, y.Low), BitsBelow(T.Max(x.High, y.High)))
            : Interval<T>.All;

    /// <summary><c>x ^ y</c>.</summary>
    public static Interval<T> Xor<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> =>
        x.Low >= T.Zero && y.Low >= T.Zero ? new Interval<T>(T.Zero, BitsBelow(T.Max(x.High, y.High))) : Interval<T>.All;

    /// <summary><c>~x</c>.</summary>
    public static Interval<T> Not<T>(Interval<T> x)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => new(~x.High, ~x.Low);

    /// <summary><c>x &lt;&lt; count</c>.</summary>
    public static Interval<T> ShiftLeft<T>(Interval<T> x, Interval<int> count)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (!count.IsExact)
            return Interval<T>.All;
        int bits = CountOf<T>(count);
        return Fit<T>(Wide(x.Low) << bits, Wide(x.High) << bits);
    }

    /// <summary><c>x >> count</c>.</summary>
    public static Interval<T> ShiftRight<T>(Interval<T> x, Interval<int> count)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> =>
        // More bits bring a number nearer to 0, or to -1.
        count.IsExact
            ? new Interval<T>(x.Low >> CountOf<T>(count), x.High >> CountOf<T>(count))
            : new Interval<T>(T.Min(x.Low, T.Zero), x.High >= T.Zero ? x.High : T.Zero);

    /// <summary><c>x >>> count</c>.</summary>
    public static Interval<T> ShiftRightUnsigned<T>(Interval<T> x, Interval<int> count)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> =>
        x.Low >= T.Zero ? ShiftRight(x, count) : Interval<T>.All;

    private static Interval<T> And<T>(Interval<T> x, T bits)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        // The low bits alone are a modulus, without them it is a number rounded down.
        if (bits >= T.Zero && (bits & (bits + T.One)) == T.Zero)
            return SharesBitsAbove(x, bits) ? new Interval<T>(x.Low & bits, x.High & bits) : new Interval<T>(T.Zero, bits);
        if ((~bits & (~bits + T.One)) == T.Zero)
            return new Interval<T>(x.Low & bits, x.High & bits);
        if (bits >= T.Zero)
            return new Interval<T>(T.Zero, x.Low >= T.Zero ? T.Min(x.High, bits) : bits);
        return x.Low >= T.Zero ? new Interval<T>(T.Zero, x.High) : Interval<T>.All;
    }

    private static bool SharesBitsAbove<T>(Interval<T> x, T bits)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => (x.Low & ~bits) == (x.High & ~bits);

    /// <summary>All bits up to the highest of a number that is not negative.</summary>
    private static T BitsBelow<T>(T value)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        T bits = value;
        for (int shift = 1; shift < 64; shift *= 2)
            bits |= bits >>> shift;
        return bits;
    }

    /// <summary>Shift counts are taken modulo the width.</summary>
    private static int CountOf<T>(Interval<int> count)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => count.Low & ((8 * T.Zero.GetByteCount()) - 1);
}
