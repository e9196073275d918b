using FlexAttention.Descriptors;

namespace FlexAttention.Masking;

/// <summary>The elements of a captured buffer between intervals of its indices, as runs along the longest of them.</summary>
internal readonly unsafe struct ElementBox
{
    private const int Dimensions = 4;

    private readonly Axis _first;
    private readonly Axis _second;
    private readonly Axis _third;
    private readonly Axis _run;
    private readonly nint _origin;

    /// <summary>A view has extent 1 past its rank, so that there the index is the interval of zero.</summary>
    public ElementBox(in CaptureView view, ReadOnlySpan<Interval<int>> indices)
    {
        Span<Axis> axes = stackalloc Axis[Dimensions];
        Count = 1;
        int longest = 0;
        for (int dimension = 0; dimension < Dimensions; dimension++)
        {
            int low = Math.Max(indices[dimension].Low, 0), high = Math.Min(indices[dimension].High, view.Extent[dimension] - 1);
            LeavesBuffer |= new Interval<int>(low, high) != indices[dimension];
            axes[dimension] = new Axis(Math.Max(high - low + 1, 0), view.Stride[dimension]);
            _origin += (nint)low * view.Stride[dimension];
            Count = Math.Min(Count * axes[dimension].Count, int.MaxValue);
            longest = axes[dimension].Count > axes[longest].Count ? dimension : longest;
        }

        (axes[longest], axes[^1]) = (axes[^1], axes[longest]);
        (_first, _second, _third, _run) = (axes[0], axes[1], axes[2], axes[3]);
    }

    /// <summary>The number of elements, at most <see cref="int.MaxValue"/>.</summary>
    public long Count { get; }

    /// <summary>Whether some of the indices are out of range, where a read gives zero.</summary>
    public bool LeavesBuffer { get; }

    /// <summary>The number of runs.</summary>
    public int Runs => Count == 0 ? 0 : (int)(Count / _run.Count);

    /// <summary>The elements of each run.</summary>
    public int RunLength => _run.Count;

    /// <summary>The distance between neighbours in a run.</summary>
    public int RunStride => _run.Stride;

    /// <summary>The position of a run's first element.</summary>
    public nint Start(int run)
    {
        (int rest, int third) = Math.DivRem(run, _third.Count);
        (int first, int second) = Math.DivRem(rest, _second.Count);
        return _origin + ((nint)first * _first.Stride) + ((nint)second * _second.Stride) + ((nint)third * _third.Stride);
    }

    private readonly record struct Axis(int Count, int Stride);
}
