namespace FlexAttention.Benchmarks.Harness;

/// <summary>The middle of a sample: what one outlier does not move.</summary>
internal static class Median
{
    public static double Of(IEnumerable<double> sample)
    {
        double[] sorted = [.. sample.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
