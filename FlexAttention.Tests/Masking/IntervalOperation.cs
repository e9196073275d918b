using System.Numerics;
using FlexAttention.Masking;

namespace FlexAttention.Tests.Masking;

/// <summary>An operation on intervals beside the one on numbers that it bounds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bound">The interval of its results.</param>
/// <param name="Apply">Its result for two numbers.</param>
internal sealed record IntervalOperation<T>(string Name, Func<Interval<T>, Interval<T>, Interval<T>> Bound, Func<T, T, T> Apply)
    where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
{
    /// <summary>Those that mean the same on signed and unsigned numbers.</summary>
    public static IEnumerable<IntervalOperation<T>> All { get; } =
    [
        new("add", Intervals.Add, (x, y) => x + y),
        new("subtract", Intervals.Subtract, (x, y) => x - y),
        new("multiply", Intervals.Multiply, (x, y) => x * y),
        new("negate", (x, _) => Intervals.Negate(x), (x, _) => T.Zero - x),
        new("minimum", Intervals.Minimum, T.Min),
        new("maximum", Intervals.Maximum, T.Max),
        new("absolute value", (x, _) => Intervals.Abs(x), (x, _) => x < T.Zero ? T.Zero - x : x),
        new("divide", Intervals.Divide, Quotient),
        new("remainder", Intervals.Remainder, (x, y) => IsUndefined(x, y) ? T.Zero : x - (Quotient(x, y) * y)),
        new("floor divide", Intervals.FloorDivide, FloorQuotient),
        new("floor modulo", Intervals.FloorModulo, (x, y) => IsUndefined(x, y) ? T.Zero : x - (FloorQuotient(x, y) * y)),
        new("and", Intervals.And, (x, y) => x & y),
        new("or", Intervals.Or, (x, y) => x | y),
        new("xor", Intervals.Xor, (x, y) => x ^ y),
        new("not", (x, _) => Intervals.Not(x), (x, _) => ~x),
        new("shift left", (x, y) => Intervals.ShiftLeft(x, Count(y)), (x, y) => x << Count(y)),
        new("shift right", (x, y) => Intervals.ShiftRight(x, Count(y)), (x, y) => x >> Count(y)),
        new("shift right unsigned", (x, y) => Intervals.ShiftRightUnsigned(x, Count(y)), (x, y) => x >>> Count(y)),
        new("select", (x, y) => Intervals.Select(Intervals.Less(x, y), x, y), (x, y) => x < y ? x : y),
        new("less", (x, y) => Intervals.ToInteger<T>(Intervals.Less(x, y)), (x, y) => Integer(x < y)),
        new("less or equal", (x, y) => Intervals.ToInteger<T>(Intervals.LessOrEqual(x, y)), (x, y) => Integer(x <= y)),
        new("greater", (x, y) => Intervals.ToInteger<T>(Intervals.Greater(x, y)), (x, y) => Integer(x > y)),
        new("greater or equal", (x, y) => Intervals.ToInteger<T>(Intervals.GreaterOrEqual(x, y)), (x, y) => Integer(x >= y)),
        new("equal", (x, y) => Intervals.ToInteger<T>(Intervals.Equal(x, y)), (x, y) => Integer(x == y)),
        new("not equal", (x, y) => Intervals.ToInteger<T>(Intervals.NotEqual(x, y)), (x, y) => Integer(x != y)),
        new("sign", (x, _) => Intervals.Convert<int, T>(Intervals.Sign(x)), (x, _) => T.CreateTruncating(Math.Sign(int.CreateTruncating(x)))),
        new("wide", (x, y) => Intervals.Convert<int, T>(Intervals.Add(Wide(x), Wide(y))), (x, y) => x + y),
    ];

    /// <inheritdoc/>
    public override string ToString() => $"{Name} of {typeof(T).Name}";

    private static Interval<int> Wide(Interval<T> x) => Intervals.Convert<T, int>(x);

    /// <summary>Of the second operand as a shift count: all of the type's, and those that are taken modulo the width.</summary>
    private static Interval<int> Count(Interval<T> y) => Wide(y);

    private static int Count(T y) => int.CreateTruncating(y) & 7;

    private static T Integer(bool condition) => condition ? T.One : T.Zero;

    /// <summary>Whether C# throws on a quotient of 32 or 64 bits: it is 0 then, and what it leaves, too.</summary>
    private static bool IsUndefined(T x, T y) => y == T.Zero || (x < T.Zero && x == T.MinValue && y == T.Zero - T.One);

    private static T Quotient(T x, T y) =>
        IsUndefined(x, y) ? T.Zero : T.CreateTruncating(int.CreateTruncating(x) / int.CreateTruncating(y));

    private static T FloorQuotient(T x, T y) =>
        IsUndefined(x, y) ? T.Zero : T.CreateTruncating((int)Math.Floor((double)int.CreateTruncating(x) / int.CreateTruncating(y)));
}
