namespace FlexAttention.Tests.Gradients;

/// <summary>Derivatives by values alone.</summary>
internal static class FiniteDifference
{
    /// <summary>The derivative at 0 of a function of a small step, from four values: exact for polynomials up to the fourth degree.</summary>
    public static double Of(Func<double, double> function, double step) =>
        ((8 * (function(step) - function(-step))) - (function(2 * step) - function(-2 * step))) / (12 * step);
}
