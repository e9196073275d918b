using FlexAttention.Tests.Conformance;

namespace FlexAttention.Tests.Gradients;

/// <summary>How far a gradient may be off.</summary>
internal static class GradientBound
{
    /// <summary>For derivatives by float captures, whose steps are rounded.</summary>
    public const double OfSteps = 2e-5;

    /// <summary>Asserts that no element is off by more than a share of the largest one, or of 1.</summary>
    public static void Check<T>(T[] actual, double[] expected, double tolerance, string what)
        where T : unmanaged
    {
        double[] values = Elements.Widen(actual);
        Assert.That(values, Has.Length.EqualTo(expected.Length), what);
        double largest = expected.Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (int i = 0; i < expected.Length; i++)
            Assert.That(values[i], Is.EqualTo(expected[i]).Within(tolerance * (1 + largest)), $"{what}, element {i}");
    }
}
