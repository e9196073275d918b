namespace FlexAttention.Tests.RandomVariants;

/// <summary>A derivative from five values a step apart.</summary>
/// <param name="Slope">The derivative in the middle.</param>
/// <param name="IsSmooth">Whether the values neither bend nor jump there.</param>
internal readonly record struct PointDifference(double Slope, bool IsSmooth)
{
    /// <summary>How far the slopes on both sides may differ, relative to 1 and the slope.</summary>
    private const double Bend = 2e-2;

    public static PointDifference Of(double[] values, double step)
    {
        double slope = ((8 * (values[3] - values[1])) - (values[4] - values[0])) / (12 * step);
        double[] slopes = [.. Enumerable.Range(0, 4).Select(i => (values[i + 1] - values[i]) / step)];
        return new PointDifference(slope, Array.TrueForAll(slopes, side => Math.Abs(side - slope) <= Bend * (1 + Math.Abs(slope))));
    }
}
