using FlexAttention.Cpu;

namespace FlexAttention.Tests.Cpu;

/// <summary>The lanes' functions against those of C#, one number at a time.</summary>
public sealed class LaneFunctionTests
{
    private static readonly string[] s_lanes = [.. LaneProbe.All.Keys];

    private static readonly int[] s_integers = [0, 1, -1, 2, -2, 3, -3, 7, -7, 31, 32, 33, 1000, -1000, int.MaxValue, int.MinValue];

    private static readonly Dictionary<string, (Func<double, double> Exact, double From, double To, double Ulps)> s_real = new()
    {
        ["Exp"] = (Math.Exp, -80, 80, 2),
        ["SoftmaxExp"] = (Math.Exp, -80, 0, 2),
        ["Exp2"] = (double.Exp2, -100, 100, 2),
        ["Log"] = (Math.Log, 1e-20, 1e20, 2),
        ["Log2"] = (Math.Log2, 1e-20, 1e20, 2),
        ["Sqrt"] = (Math.Sqrt, 0, 1e20, 0.5),
        ["Tanh"] = (Math.Tanh, -12, 12, 4),
        ["Floor"] = (Math.Floor, -1e6, 1e6, 0),
        ["Round"] = (Math.Round, -100, 100, 0),
    };

    [Test]
    public void Functions_AreWithinUnitsInTheLastPlace([ValueSource(nameof(s_lanes))] string lanes)
    {
        LaneProbe probe = LaneProbe.All[lanes];
        foreach ((string name, (Func<double, double> exact, double from, double to, double ulps)) in s_real)
        {
            foreach (double x in Samples(probe, from, to))
            {
                double expected = exact(x), unit = probe.IsDouble ? Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected) : Ulp(expected);
                Assert.That(probe.Real(name, x), Is.EqualTo(expected).Within((ulps + 0.51) * unit), $"{name}({x:R})");
            }
        }
    }

    [Test]
    public void SineAndCosine_AreWithinUnitsOfOne([ValueSource(nameof(s_lanes))] string lanes)
    {
        LaneProbe probe = LaneProbe.All[lanes];
        double unit = probe.IsDouble ? Math.BitIncrement(1.0) - 1 : Ulp(1);
        foreach (double x in Samples(probe, -50, 50))
        {
            Assert.That(probe.Real("Sin", x), Is.EqualTo(Math.Sin(x)).Within(2 * unit), $"sin({x:R})");
            Assert.That(probe.Real("Cos", x), Is.EqualTo(Math.Cos(x)).Within(2 * unit), $"cos({x:R})");
        }
    }

    [Test]
    public void SoftmaxExp_OfTheExtremes([ValueSource(nameof(s_lanes))] string lanes)
    {
        LaneProbe probe = LaneProbe.All[lanes];
        Assert.That(probe.Real("SoftmaxExp", double.NegativeInfinity), Is.Zero);
        Assert.That(probe.Real("SoftmaxExp", -2000), Is.Zero);
        Assert.That(probe.Real("SoftmaxExp", 0), Is.EqualTo(1));
        Assert.That(probe.Real("SoftmaxExp", double.NaN), Is.NaN);
    }

    [Test]
    public void IntegerFunctions_AreThoseOfScalars([ValueSource(nameof(s_lanes))] string lanes)
    {
        LaneProbe probe = LaneProbe.All[lanes];
        foreach (int x in s_integers)
        {
            foreach (int y in s_integers)
            {
                Assert.That(probe.Integer("Divide", x, y), Is.EqualTo(ScalarMath.Divide(x, y)), $"{x} / {y}");
                Assert.That(probe.Integer("Remainder", x, y), Is.EqualTo(ScalarMath.Remainder(x, y)), $"{x} % {y}");
                Assert.That(probe.Integer("FloorDivide", x, y), Is.EqualTo(ScalarMath.FloorDivide(x, y)), $"{x} floor-divided by {y}");
                Assert.That(probe.Integer("FloorModulo", x, y), Is.EqualTo(ScalarMath.FloorModulo(x, y)), $"{x} floor-modulo {y}");
                Assert.That(probe.Integer("ShiftLeft", x, y), Is.EqualTo(x << y), $"{x} << {y}");
                Assert.That(probe.Integer("ShiftRight", x, y), Is.EqualTo(x >> y), $"{x} >> {y}");
                Assert.That(probe.Integer("ShiftRightUnsigned", x, y), Is.EqualTo(x >>> y), $"{x} >>> {y}");
            }
        }
    }

    [TestCase(double.NaN, 0)]
    [TestCase(double.PositiveInfinity, int.MaxValue)]
    [TestCase(double.NegativeInfinity, int.MinValue)]
    [TestCase(1e20, int.MaxValue)]
    [TestCase(-2.75, -2)]
    [TestCase(2.75, 2)]
    public void Truncation_Saturates(double x, int expected)
    {
        foreach ((string name, LaneProbe probe) in LaneProbe.All)
            Assert.That(probe.Truncate(x), Is.EqualTo(expected), name);
    }

    /// <summary>Numbers of the lanes' type over a range: evenly spread, or by magnitude where the range has one sign.</summary>
    private static IEnumerable<double> Samples(LaneProbe probe, double from, double to)
    {
        var random = new Random(7);
        for (int i = 0; i < 300; i++)
        {
            double x = from > 0 ? from * Math.Pow(to / from, random.NextDouble()) : from + ((to - from) * random.NextDouble());
            yield return probe.IsDouble ? x : (float)x;
        }
    }

    private static double Ulp(double x)
    {
        float magnitude = MathF.Abs((float)x);
        return MathF.BitIncrement(magnitude) - magnitude;
    }
}
