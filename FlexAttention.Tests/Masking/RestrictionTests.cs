using FlexAttention.Masking;

namespace FlexAttention.Tests.Masking;

/// <summary>What is left of an interval holds every value for which the comparison holds, and, above zero, no end for which it does not.</summary>
public sealed class RestrictionTests
{
    private static readonly (string Name, Func<Interval<int>, Interval<int>, Interval<int>> Restrict, Func<int, int, bool> Holds)[] Comparisons =
    [
        ("<", Intervals.WhereLess, static (x, y) => x < y),
        ("<=", Intervals.WhereLessOrEqual, static (x, y) => x <= y),
        (">", Intervals.WhereGreater, static (x, y) => x > y),
        (">=", Intervals.WhereGreaterOrEqual, static (x, y) => x >= y),
        ("!=", Intervals.WhereNotEqual, static (x, y) => x != y),
        ("/ 3 <", static (x, y) => Intervals.WhereQuotientLess(x, new(3), y), static (x, y) => x / 3 < y),
        ("/ 3 <=", static (x, y) => Intervals.WhereQuotientLessOrEqual(x, new(3), y), static (x, y) => x / 3 <= y),
    ];

    [Test]
    public void Restriction_KeepsWhatMeetsTheComparison()
    {
        foreach (Interval<int> x in Around(0).Concat(Around(int.MaxValue - 6)).Concat(Around(int.MinValue + 6)))
        {
            foreach (int y in new[] { int.MinValue, -4, -1, 0, 1, 3, int.MaxValue - 5, int.MaxValue })
            {
                foreach (var (name, restrict, holds) in Comparisons)
                    Check(name, x, y, restrict(x, new Interval<int>(y)), holds);
            }
        }
    }

    private static void Check(string name, Interval<int> x, int y, Interval<int> rest, Func<int, int, bool> holds)
    {
        int[] kept = [.. Enumerable.Range(0, x.High - x.Low + 1).Select(i => x.Low + i).Where(value => holds(value, y))];
        if (kept.Length == 0)
            return;
        var expected = new Interval<int>(kept[0], kept[^1]);
        Assert.That(rest.Low <= expected.Low && rest.High >= expected.High, Is.True, $"{x} where {name} {y}: {rest}");
        // Quotients below zero are left alone.
        if (y > 0)
            Assert.That(rest, Is.EqualTo(expected), $"{x} where {name} {y}");
    }

    private static IEnumerable<Interval<int>> Around(int middle)
    {
        for (int low = -6; low <= 6; low++)
        {
            for (int high = low; high <= 6; high++)
                yield return new Interval<int>(middle + low, middle + high);
        }
    }
}
