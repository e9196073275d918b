using System.Numerics;

namespace FlexAttention.Masking;

/// <content>
/// What is left of an interval on the pairs where a comparison holds. Where it holds nowhere, the interval stays as it is: the
/// comparison itself says so.
/// </content>
public static partial class Intervals
{
    /// <summary><c>x</c> where <c>x &lt; y</c>.</summary>
    public static Interval<T> WhereLess<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => Between(x, x.Low, y.High > T.MinValue ? y.High - T.One : y.High);

    /// <summary><c>x</c> where <c>x &lt;= y</c>.</summary>
    public static Interval<T> WhereLessOrEqual<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => Between(x, x.Low, y.High);

    /// <summary><c>x</c> where <c>x &gt; y</c>.</summary>
    public static Interval<T> WhereGreater<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => Between(x, y.Low < T.MaxValue ? y.Low + T.One : y.Low, x.High);

    /// <summary><c>x</c> where <c>x &gt;= y</c>.</summary>
    public static Interval<T> WhereGreaterOrEqual<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => Between(x, y.Low, x.High);

    /// <summary><c>x</c> where <c>x != y</c>.</summary>
    public static Interval<T> WhereNotEqual<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (x.IsExact || !y.IsExact)
            return x;
        return new Interval<T>(x.Low == y.Low ? x.Low + T.One : x.Low, x.High == y.Low ? x.High - T.One : x.High);
    }

    /// <summary><c>x</c> where <c>x / divisor &lt; y</c>.</summary>
    public static Interval<T> WhereQuotientLess<T>(Interval<T> x, Interval<T> divisor, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => QuotientAtMost(x, divisor, Wide(y.High) - 1);

    /// <summary><c>x</c> where <c>x / divisor &lt;= y</c>.</summary>
    public static Interval<T> WhereQuotientLessOrEqual<T>(Interval<T> x, Interval<T> divisor, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => QuotientAtMost(x, divisor, Wide(y.High));

    private static Interval<T> QuotientAtMost<T>(Interval<T> x, Interval<T> divisor, Int128 most)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (!divisor.IsExact || divisor.Low <= T.Zero || most < 0)
            return x;
        Int128 limit = ((most + 1) * Wide(divisor.Low)) - 1;
        return limit >= Wide(x.High) ? x : Between(x, x.Low, T.CreateTruncating(limit));
    }

    private static Interval<T> Between<T>(Interval<T> x, T low, T high)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var rest = new Interval<T>(T.Max(x.Low, low), T.Min(x.High, high));
        return rest.Low <= rest.High ? rest : x;
    }
}
