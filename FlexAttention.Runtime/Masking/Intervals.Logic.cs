using System.Numerics;

namespace FlexAttention.Masking;

/// <content>Conditions.</content>
public static partial class Intervals
{
    /// <summary>The truth of a condition that is the same for all pairs.</summary>
    public static Truth Of(bool condition) => condition ? Truth.True : Truth.False;

    /// <summary>What a mask of that truth leaves of a rectangle: partial where it may be either.</summary>
    public static BlockKind KindOf(Truth kept) => kept switch
    {
        Truth.True => BlockKind.Full,
        Truth.False => BlockKind.Empty,
        _ => BlockKind.Partial,
    };

    /// <summary>Whether <c>x &lt; y</c>.</summary>
    public static Truth Less<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> =>
        x.High < y.Low ? Truth.True : x.Low >= y.High ? Truth.False : Truth.Unknown;

    /// <summary>Whether <c>x &lt;= y</c>.</summary>
    public static Truth LessOrEqual<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => Not(Less(y, x));

    /// <summary>Whether <c>x &gt; y</c>.</summary>
    public static Truth Greater<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => Less(y, x);

    /// <summary>Whether <c>x &gt;= y</c>.</summary>
    public static Truth GreaterOrEqual<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => Not(Less(x, y));

    /// <summary>Whether <c>x == y</c>.</summary>
    public static Truth Equal<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (x.High < y.Low || y.High < x.Low)
            return Truth.False;
        return x.IsExact && y.IsExact ? Truth.True : Truth.Unknown;
    }

    /// <summary>Whether <c>x != y</c>.</summary>
    public static Truth NotEqual<T>(Interval<T> x, Interval<T> y)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => Not(Equal(x, y));

    /// <summary>Whether two conditions are alike.</summary>
    public static Truth Equal(Truth x, Truth y) => Not(Xor(x, y));

    /// <summary>Whether two conditions differ.</summary>
    public static Truth NotEqual(Truth x, Truth y) => Xor(x, y);

    /// <summary>Neither of two conditions is false.</summary>
    public static Truth And(Truth x, Truth y) => (x & y & Truth.True) | ((x | y) & Truth.False);

    /// <summary>One of two conditions is true.</summary>
    public static Truth Or(Truth x, Truth y) => ((x | y) & Truth.True) | (x & y & Truth.False);

    /// <summary>Just one of two conditions is true.</summary>
    public static Truth Xor(Truth x, Truth y) =>
        x == Truth.Unknown || y == Truth.Unknown ? Truth.Unknown : x == y ? Truth.False : Truth.True;

    /// <summary>A condition is false.</summary>
    public static Truth Not(Truth x) => (Truth)((((int)x & 1) << 1) | ((int)x >> 1));

    /// <summary>One of two conditions, by a third.</summary>
    public static Truth Select(Truth condition, Truth yes, Truth no) => condition switch
    {
        Truth.True => yes,
        Truth.False => no,
        _ => yes | no,
    };

    /// <summary>One of two numbers, by a condition.</summary>
    public static Interval<T> Select<T>(Truth condition, Interval<T> yes, Interval<T> no)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => condition switch
        {
            Truth.True => yes,
            Truth.False => no,
            _ => yes.Union(no),
        };

    /// <summary>1 for true and 0 for false.</summary>
    public static Interval<T> ToInteger<T>(Truth condition)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> =>
        Select(condition, new Interval<T>(T.One), new Interval<T>(T.Zero));
}
