namespace FlexAttention.Tests.Conformance;

/// <summary>
/// The bound that every kernel keeps: an error at most twice that of the naive implementation in the same precision, both
/// against double.
/// </summary>
internal static class ErrorBound
{
    /// <summary>Asserts the bound for all results.</summary>
    public static void Check<T>(AttentionResult actual, AttentionResult naive, AttentionResult oracle, string what)
        where T : unmanaged
    {
        Check(actual.Output, naive.Output, oracle.Output, Elements.UnitRoundoff<T>(), $"output, {what}");
        // The statistics are float whatever the elements are.
        double single = Math.Max(Elements.UnitRoundoff<T>(), Elements.UnitRoundoff<float>());
        Check(actual.Lse, naive.Lse, oracle.Lse, single, $"lse, {what}");
        Check(actual.RowMax, naive.RowMax, oracle.RowMax, single, $"row maximum, {what}");
    }

    private static void Check(double[] actual, double[] naive, double[] oracle, double unitRoundoff, string what)
    {
        Assert.That(actual, Has.Length.EqualTo(oracle.Length), what);
        double largest = oracle.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        // A naive result may be exact by luck; no one can do better than one rounding of the largest number.
        double bound = (2 * Largest(naive, oracle, what)) + (unitRoundoff * largest);
        double error = Largest(actual, oracle, what);
        Assert.That(error, Is.LessThanOrEqualTo(bound), what);
    }

    /// <summary>The largest difference; numbers that are not finite must be the same.</summary>
    private static double Largest(double[] actual, double[] oracle, string what)
    {
        double largest = 0;
        for (int i = 0; i < oracle.Length; i++)
        {
            if (double.IsFinite(oracle[i]) && double.IsFinite(actual[i]))
                largest = Math.Max(largest, Math.Abs(actual[i] - oracle[i]));
            else if (!actual[i].Equals(oracle[i]))
                Assert.Fail($"{what}: element {i} is {actual[i]}, should be {oracle[i]}");
        }

        return largest;
    }
}
