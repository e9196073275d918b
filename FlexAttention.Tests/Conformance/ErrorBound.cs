using FlexAttention.Cpu;

namespace FlexAttention.Tests.Conformance;

/// <summary>
/// The bound that every kernel keeps: an error at most twice that of the naive implementation in the same precision, both
/// against double.
/// </summary>
internal static class ErrorBound
{
    /// <summary>For row statistics, which are float whatever the elements are.</summary>
    private const double ExactStatisticsTolerance = 2e-5;

    /// <summary>The same with the hardware's approximate functions.</summary>
    private const double FastStatisticsTolerance = 1e-3;

    /// <summary>What the GPU's exponential is off by, relative to itself: its weights share that error.</summary>
    private const double ExponentialError = 1.0 / (1 << 22);

    /// <summary>What row statistics may be off by, relative to 1 and themselves.</summary>
    public static double StatisticsTolerance(MathMode math) =>
        math == MathMode.Fast ? FastStatisticsTolerance : ExactStatisticsTolerance;

    /// <summary>Asserts the bound.</summary>
    public static void Check<T>(AttentionOutput<T> actual, double[] naive, ReferenceOutput oracle, MathMode math, string what)
        where T : unmanaged
    {
        double[] output = Elements.Widen(actual.Output.ToArray());
        Assert.That(output, Has.Length.EqualTo(oracle.Output.Length), what);
        double largest = oracle.Output.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        // A naive result may be exact by luck; no one can do better than to round the weights and the result.
        double least = (2 * Elements.UnitRoundoff<T>()) + (actual.Output.Device.IsCpu ? 0 : ExponentialError);
        double bound = (2 * LargestError(naive, oracle.Output, what)) + (least * largest);
        Assert.That(LargestError(output, oracle.Output, what), Is.LessThanOrEqualTo(bound), what);

        double tolerance = StatisticsTolerance(math);
        CheckStatistics(actual.Lse!, oracle.Lse, tolerance, $"lse, {what}");
        CheckStatistics(actual.RowMax!, oracle.RowMax, tolerance, $"row maximum, {what}");
    }

    private static void CheckStatistics(DeviceTensor<float> actual, double[] oracle, double tolerance, string what)
    {
        double[] values = Elements.Widen(actual.ToArray());
        double largest = oracle.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        Assert.That(LargestError(values, oracle, what), Is.LessThanOrEqualTo(tolerance * (1 + largest)), what);
    }

    /// <summary>The largest difference; numbers that are not finite must be the same.</summary>
    public static double LargestError(double[] actual, double[] oracle, string what)
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
