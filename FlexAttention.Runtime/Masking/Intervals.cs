using System.Numerics;

namespace FlexAttention.Masking;

/// <summary>
/// The operations of the language on intervals: each gives an interval that holds the result for all values of its operands.
/// Integers wrap, so where only some of the results leave their type, they may be anything. Called by generated code.
/// </summary>
public static partial class Intervals
{
    /// <summary><c>x + y</c>.</summary>
    public static Interval<T> Add<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> =>
        Fit<T>(Wide(x.Low) + Wide(y.Low), Wide(x.High) + Wide(y.High));

    /// <summary><c>x - y</c>.</summary>
    public static Interval<T> Subtract<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> =>
        Fit<T>(Wide(x.Low) - Wide(y.High), Wide(x.High) - Wide(y.Low));

    /// <summary><c>x * y</c>.</summary>
    public static Interval<T> Multiply<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        Int128 a = Wide(x.Low) * Wide(y.Low), b = Wide(x.Low) * Wide(y.High);
        Int128 c = Wide(x.High) * Wide(y.Low), d = Wide(x.High) * Wide(y.High);
        return Fit<T>(Int128.Min(Int128.Min(a, b), Int128.Min(c, d)), Int128.Max(Int128.Max(a, b), Int128.Max(c, d)));
    }

    /// <summary><c>-x</c>.</summary>
    public static Interval<T> Negate<T>(Interval<T> x)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => Fit<T>(-Wide(x.High), -Wide(x.Low));

    /// <summary>The lesser of two.</summary>
    public static Interval<T> Minimum<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => new(T.Min(x.Low, y.Low), T.Min(x.High, y.High));

    /// <summary>The greater of two.</summary>
    public static Interval<T> Maximum<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => new(T.Max(x.Low, y.Low), T.Max(x.High, y.High));

    /// <summary>The absolute value.</summary>
    public static Interval<T> Abs<T>(Interval<T> x)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (x.Low >= T.Zero)
            return x;
        Int128 low = -Wide(x.Low), high = Wide(x.High);
        return x.High <= T.Zero ? Fit<T>(-high, low) : Fit<T>(0, Int128.Max(low, high));
    }

    /// <summary>-1, 0 or 1 by the sign.</summary>
    public static Interval<int> Sign<T>(Interval<T> x)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => new(SignOf(x.Low), SignOf(x.High));

    /// <summary>The number in another type: anything, where only some of them fit.</summary>
    public static Interval<TTo> Convert<TFrom, TTo>(Interval<TFrom> x)
        where TFrom : struct, IBinaryInteger<TFrom>, IMinMaxValue<TFrom>
        where TTo : struct, IBinaryInteger<TTo>, IMinMaxValue<TTo> => Fit<TTo>(Wide(x.Low), Wide(x.High));

    private static int SignOf<T>(T value)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => value.CompareTo(T.Zero) switch
        {
            > 0 => 1,
            0 => 0,
            _ => -1,
        };

    /// <summary>Holds all sums, and all products of types of up to 64 signed bits.</summary>
    private static Int128 Wide<T>(T value)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => Int128.CreateTruncating(value);

    /// <summary>What a type holds of results that wrap: an interval where all of them wrap equally often, else anything.</summary>
    private static Interval<T> Fit<T>(Int128 low, Int128 high)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        T first = T.CreateTruncating(low), last = T.CreateTruncating(high);
        return high - low <= Wide(T.MaxValue) - Wide(T.MinValue) && first <= last ? new Interval<T>(first, last) : Interval<T>.All;
    }
}
