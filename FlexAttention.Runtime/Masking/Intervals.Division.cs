using System.Numerics;

namespace FlexAttention.Masking;

/// <content>Quotients and remainders. A zero divisor gives 0, as everywhere.</content>
public static partial class Intervals
{
    /// <summary>The quotient rounded towards zero.</summary>
    public static Interval<T> Divide<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => Quotient(x, y, static (a, c) => a / c);

    /// <summary>The quotient rounded down.</summary>
    public static Interval<T> FloorDivide<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => Quotient(x, y, Floor);

    /// <summary>What the division that rounds towards zero leaves.</summary>
    public static Interval<T> Remainder<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        (Int128 low, Int128 high) = (Wide(x.Low), Wide(x.High));
        // Within one quotient the remainder rises with the dividend.
        if (y.IsExact && y.Low != T.Zero && low / Wide(y.Low) == high / Wide(y.Low))
            return Fit<T>(low % Wide(y.Low), high % Wide(y.Low));
        // It has the dividend's sign, and is less than the divisor and no more than the dividend.
        Int128 most = Int128.Max(Int128.Max(Int128.Abs(Wide(y.Low)), Int128.Abs(Wide(y.High))) - 1, 0);
        return Fit<T>(Int128.Clamp(low, -most, 0), Int128.Clamp(high, 0, most));
    }

    /// <summary>What the division that rounds down leaves.</summary>
    public static Interval<T> FloorModulo<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (x.Low >= T.Zero && y.Low >= T.Zero)
            return Remainder(x, y);
        (Int128 low, Int128 high, Int128 divisor) = (Wide(x.Low), Wide(x.High), Wide(y.Low));
        if (y.IsExact && divisor != 0 && Floor(low, divisor) == Floor(high, divisor))
            return Fit<T>(low - (Floor(low, divisor) * divisor), high - (Floor(high, divisor) * divisor));
        // It has the divisor's sign, and is less.
        return Fit<T>(Int128.Min(divisor + 1, 0), Int128.Max(Wide(y.High) - 1, 0));
    }

    /// <summary>For divisors of one sign a quotient is monotone in both operands, so that its extremes are at their ends.</summary>
    private static Interval<T> Quotient<T>(Interval<T> x, Interval<T> y, Func<Int128, Int128, Int128> divide)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        Int128 low = Int128.MaxValue, high = Int128.MinValue;
        if (y.Contains(T.Zero))
            Cover(0);
        if (y.High > T.Zero)
            CoverEnds(Int128.Max(Wide(y.Low), 1), Wide(y.High));
        if (y.Low < T.Zero)
            CoverEnds(Wide(y.Low), Int128.Min(Wide(y.High), -1));
        // The least number over -1 gives 0: it does not wrap.
        return high > Wide(T.MaxValue) ? Interval<T>.All : Fit<T>(low, high);

        void CoverEnds(Int128 least, Int128 most)
        {
            Cover(divide(Wide(x.Low), least));
            Cover(divide(Wide(x.Low), most));
            Cover(divide(Wide(x.High), least));
            Cover(divide(Wide(x.High), most));
        }

        void Cover(Int128 value) => (low, high) = (Int128.Min(low, value), Int128.Max(high, value));
    }

    private static Int128 Floor(Int128 x, Int128 y)
    {
        (Int128 quotient, Int128 remainder) = Int128.DivRem(x, y);
        return remainder != 0 && (remainder < 0) != (y < 0) ? quotient - 1 : quotient;
    }
}
