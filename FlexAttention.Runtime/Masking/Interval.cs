using System.Numerics;

namespace FlexAttention.Masking;

/// <summary>All values from one to another: what an integer is known to be over a rectangle of pairs. Called by generated code.</summary>
/// <param name="Low">The lowest.</param>
/// <param name="High">The highest, at least <paramref name="Low"/>.</param>
public readonly record struct Interval<T>(T Low, T High)
    where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
{
    /// <summary>The interval of one value.</summary>
    public Interval(T value)
        : this(value, value)
    {
    }

    /// <summary>The interval of an integer of which nothing is known.</summary>
    public static Interval<T> All => new(T.MinValue, T.MaxValue);

    internal bool IsExact => Low == High;

    internal bool Contains(T value) => Low <= value && value <= High;

    /// <summary>The smallest interval around both.</summary>
    internal Interval<T> Union(Interval<T> other) => new(T.Min(Low, other.Low), T.Max(High, other.High));
}
