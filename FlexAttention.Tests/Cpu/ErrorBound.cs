namespace FlexAttention.Tests.Cpu;

/// <summary>How far a kernel may be off.</summary>
internal static class ErrorBound
{
    /// <summary>
    /// At most twice as far as the naive implementation, or the rounding of the result where that happens to be exact.
    /// </summary>
    public static void Check<T>(double[] actual, double[] expected, double[] naive)
    {
        double error = 0, naiveError = 0, largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.That(double.IsNaN(actual[i]), Is.EqualTo(double.IsNaN(expected[i])), $"NaN at {i}: {actual[i]}, not {expected[i]}");
            if (double.IsNaN(expected[i]))
                continue;
            error = Math.Max(error, Math.Abs(actual[i] - expected[i]));
            naiveError = Math.Max(naiveError, Math.Abs(naive[i] - expected[i]));
            largest = Math.Max(largest, Math.Abs(expected[i]));
        }

        double bound = default(T) is double ? 1e-14 : Math.Max(2 * naiveError, Rounding<T>() * largest);
        Assert.That(error, Is.LessThanOrEqualTo(bound), $"naive: {naiveError}");
    }

    /// <summary>Rows that are infinite or NaN must be just that; others are float results of sums of float terms.</summary>
    public static void CheckRows(float[] actual, double[] expected, string name)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.That(actual[i], Is.EqualTo((float)expected[i]).Within(2e-6 * Math.Max(1, Math.Abs(expected[i]))), $"{name} {i}");
    }

    private static double Rounding<T>() =>
        default(T) switch
        {
            Half => 1.0 / (1 << 11),
            BFloat16 => 1.0 / (1 << 8),
            _ => 1.0 / (1 << 22),
        };
}
