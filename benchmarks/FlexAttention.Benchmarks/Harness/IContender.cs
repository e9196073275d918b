namespace FlexAttention.Benchmarks.Harness;

/// <summary>One of those that are timed against each other.</summary>
internal interface IContender
{
    /// <summary>The milliseconds of a call, in one timing.</summary>
    double Time();
}
