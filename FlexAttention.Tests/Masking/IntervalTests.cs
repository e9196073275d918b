using System.Numerics;
using FlexAttention.Masking;

namespace FlexAttention.Tests.Masking;

/// <summary>Every operation on intervals of 8-bit numbers holds all results that its operands can give.</summary>
public sealed class IntervalTests
{
    private const int Samples = 400;

    [TestCaseSource(typeof(IntervalOperation<sbyte>), nameof(IntervalOperation<>.All))]
    public void Signed_HoldsEveryResult(object operation) => AssertHolds((IntervalOperation<sbyte>)operation);

    [TestCaseSource(typeof(IntervalOperation<byte>), nameof(IntervalOperation<>.All))]
    public void Unsigned_HoldsEveryResult(object operation) => AssertHolds((IntervalOperation<byte>)operation);

    [Test]
    public void Operations_AreSharpWhereMasksNeedIt()
    {
        Interval<int> q = new(256, 383), kv = new(0, 127), size = new(128);

        Assert.That(Intervals.Subtract(kv, q), Is.EqualTo(new Interval<int>(-383, -129)));
        Assert.That(Intervals.Abs(Intervals.Subtract(kv, q)), Is.EqualTo(new Interval<int>(129, 383)));
        Assert.That(Intervals.LessOrEqual(kv, q), Is.EqualTo(Truth.True));
        Assert.That(Intervals.Divide(q, size), Is.EqualTo(new Interval<int>(2)));
        Assert.That(Intervals.Remainder(new Interval<int>(300, 310), size), Is.EqualTo(new Interval<int>(44, 54)));
        Assert.That(Intervals.And(new Interval<int>(300, 310), new Interval<int>(127)), Is.EqualTo(new Interval<int>(44, 54)));
    }

    [Test]
    public void OverflowOfSomeResults_GivesEverything() =>
        Assert.That(Intervals.Add(new Interval<int>(0, int.MaxValue), new Interval<int>(1)), Is.EqualTo(Interval<int>.All));

    [Test]
    public void LeastNumberOverMinusOne_IsZero()
    {
        Interval<int> least = new(int.MinValue), minusOne = new(-1);

        Assert.That(Intervals.Divide(least, minusOne).Contains(0), Is.True);
        Assert.That(Intervals.FloorDivide(least, minusOne).Contains(0), Is.True);
        Assert.That(Intervals.Remainder(least, minusOne).Contains(0), Is.True);
        Assert.That(Intervals.FloorModulo(least, minusOne).Contains(0), Is.True);
    }

    [Test]
    public void OverflowOfAllResults_StaysSharp()
    {
        Assert.That(
            Intervals.Multiply(new Interval<int>(int.MaxValue - 1, int.MaxValue), new Interval<int>(2)),
            Is.EqualTo(new Interval<int>(-4, -2)));
        Assert.That(Intervals.Multiply(new Interval<uint>(0, uint.MaxValue), new Interval<uint>(3)), Is.EqualTo(Interval<uint>.All));

        // (uint)(q - kv) < window: all queries before all keys.
        Interval<int> distances = Intervals.Subtract(new Interval<int>(0, 127), new Interval<int>(128, 255));
        Interval<uint> window = new(64);
        Assert.That(Intervals.Less(Intervals.Convert<int, uint>(distances), window), Is.EqualTo(Truth.False));
    }

    [Test]
    public void ExtremesOfLongs_StayInTheirType()
    {
        Interval<long> all = Interval<long>.All, least = new(long.MinValue);

        Assert.That(Intervals.Multiply(all, all), Is.EqualTo(all));
        Assert.That(Intervals.Multiply(least, least), Is.EqualTo(new Interval<long>(0)));
        Assert.That(Intervals.ShiftLeft(all, new(63)), Is.EqualTo(all));
        Assert.That(Intervals.Divide(least, new Interval<long>(-1)), Is.EqualTo(all), "it gives 0");
    }

    [Test]
    public void Conditions_HoldEveryCombinationAndNoOther()
    {
        foreach (Truth x in Enum.GetValues<Truth>())
        {
            Assert.That(Intervals.Not(x), Is.EqualTo(Results(x, Truth.True, (a, _) => !a)));
            foreach (Truth y in Enum.GetValues<Truth>())
            {
                Assert.That(Intervals.And(x, y), Is.EqualTo(Results(x, y, (a, c) => a && c)), $"{x} and {y}");
                Assert.That(Intervals.Or(x, y), Is.EqualTo(Results(x, y, (a, c) => a || c)), $"{x} or {y}");
                Assert.That(Intervals.Xor(x, y), Is.EqualTo(Results(x, y, (a, c) => a != c)), $"{x} xor {y}");
                Assert.That(Intervals.Equal(x, y), Is.EqualTo(Results(x, y, (a, c) => a == c)), $"{x} equals {y}");
            }
        }
    }

    private static void AssertHolds<T>(IntervalOperation<T> operation)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var random = new Random(7);
        for (int i = 0; i < Samples; i++)
        {
            Interval<T> x = Draw<T>(random), y = Draw<T>(random);
            Interval<T> bound = operation.Bound(x, y);
            foreach (T a in Values(x))
            {
                foreach (T c in Values(y))
                {
                    T result = operation.Apply(a, c);
                    if (result < bound.Low || result > bound.High)
                        Assert.Fail($"{operation}: {result} of {a} and {c} is not in {bound} of {x} and {y}");
                }
            }
        }
    }

    /// <summary>Single numbers, narrow and wide intervals, with the ends of the type among them.</summary>
    private static Interval<T> Draw<T>(Random random)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        int least = int.CreateTruncating(T.MinValue), most = int.CreateTruncating(T.MaxValue);
        int low = random.Next(5) == 0 ? least : random.Next(least, most + 1);
        int length = random.Next(3) switch { 0 => 0, 1 => random.Next(10), _ => random.Next(256) };
        return new Interval<T>(T.CreateTruncating(low), T.CreateTruncating(Math.Min(low + length, most)));
    }

    private static IEnumerable<T> Values<T>(Interval<T> interval)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        for (int value = int.CreateTruncating(interval.Low); value <= int.CreateTruncating(interval.High); value++)
            yield return T.CreateTruncating(value);
    }

    private static Truth Results(Truth x, Truth y, Func<bool, bool, bool> operation)
    {
        Truth results = 0;
        foreach (bool a in Values(x))
        {
            foreach (bool c in Values(y))
                results |= Intervals.Of(operation(a, c));
        }

        return results;

        static IEnumerable<bool> Values(Truth truth) =>
            new[] { false, true }.Where(value => truth.HasFlag(value ? Truth.True : Truth.False));
    }
}
