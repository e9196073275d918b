namespace FlexAttention;

/// <summary>Rounds counts up to whole tiles, blocks and rows. No count is negative.</summary>
internal static class Rounding
{
    /// <summary>The least number of parts of a size that hold a count.</summary>
    public static int CeilingDivide(int value, int divisor) => (int)CeilingDivide((long)value, divisor);

    /// <inheritdoc cref="CeilingDivide(int, int)"/>
    public static long CeilingDivide(long value, long divisor) => (value + divisor - 1) / divisor;

    /// <summary>The least multiple that is no smaller than a count.</summary>
    public static int Up(int value, int multiple) => CeilingDivide(value, multiple) * multiple;

    /// <inheritdoc cref="Up(int, int)"/>
    public static long Up(long value, long multiple) => CeilingDivide(value, multiple) * multiple;
}
