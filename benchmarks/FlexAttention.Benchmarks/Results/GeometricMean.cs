namespace FlexAttention.Benchmarks.Results;

/// <summary>The mean of ratios.</summary>
internal static class GeometricMean
{
    /// <summary>Null for nothing.</summary>
    public static double? Of(IReadOnlyCollection<double> ratios) =>
        ratios.Count == 0 ? null : Math.Exp(ratios.Average(Math.Log));
}
