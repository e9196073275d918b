namespace FlexAttention.Benchmarks.Harness;

/// <summary>How many calls are timed together.</summary>
internal static class Burst
{
    /// <summary>How long they take together: short enough to stay below the power limit.</summary>
    public const double Milliseconds = 20;

    /// <summary>The fewest calls.</summary>
    public const int MinimumCalls = 3;

    private const int MaximumCalls = 100;

    /// <summary>The calls of a burst.</summary>
    /// <param name="estimate">The milliseconds of one.</param>
    public static int CallsOf(double estimate) => (int)Math.Clamp(Milliseconds / estimate, MinimumCalls, MaximumCalls);
}
