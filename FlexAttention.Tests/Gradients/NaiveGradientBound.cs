using FlexAttention.Tests.Conformance;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Gradients;

/// <summary>
/// The bound that every kernel keeps: gradients of tensors are off by at most twice what the naive implementation in the same
/// precision is off by, and sums over pairs by no more than if each of their terms were rounded once.
/// </summary>
internal static class NaiveGradientBound
{
    /// <summary>Asserts the bound for the gradient of a tensor.</summary>
    public static void CheckTensor<T>(T[] actual, double[] naive, double[] expected, MathMode math, string what)
        where T : unmanaged
    {
        double largest = expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        // A naive result may be exact by luck; no one can do better than to round the weights and the result.
        double least = (2 * Elements.UnitRoundoff<T>()) + Functions(math);
        double bound = (2 * ErrorBound.LargestError(naive, expected, $"naive {what}")) + (least * largest);
        Assert.That(ErrorBound.LargestError(Elements.Widen(actual), expected, what), Is.LessThanOrEqualTo(bound), what);
    }

    /// <summary>Asserts the bound for sums over pairs, of terms whose sizes are given.</summary>
    public static void CheckSums<T>(float[] actual, double[] expected, double[] magnitudes, MathMode math, string what)
        where T : unmanaged
    {
        double tolerance = (2 * Elements.UnitRoundoff<T>()) + ErrorBound.StatisticsTolerance(math) + GradientBound.OfSteps;
        Assert.That(actual, Has.Length.EqualTo(expected.Length), what);
        for (int i = 0; i < expected.Length; i++)
            Assert.That(actual[i], Is.EqualTo(expected[i]).Within(tolerance * (magnitudes[i] + 1e-3)), $"{what}, element {i}");
    }

    /// <summary>What the variant's functions, and the exponential, are off by.</summary>
    private static double Functions(MathMode math) => math == MathMode.Fast ? 1.0 / (1 << 11) : 1.0 / (1 << 21);
}
