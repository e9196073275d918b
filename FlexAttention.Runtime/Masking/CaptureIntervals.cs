using FlexAttention.Descriptors;

namespace FlexAttention.Masking;

/// <summary>
/// What is known of elements of captured buffers of which the indices are intervals: a few are looked at, of many a table
/// says the bounds, and without one nothing is known. Called by generated code.
/// </summary>
public static unsafe class CaptureIntervals
{
    /// <summary>Two sides of a block of the usual size are looked at in less time than one of its queries takes.</summary>
    private const int MostElements = 1024;

    private const int Dimensions = 4;

    /// <summary>The least and the greatest of some elements of an int buffer.</summary>
    public static Interval<int> Int(
        in CaptureView view,
        in BoundsTable table,
        Interval<int> i0,
        Interval<int> i1 = default,
        Interval<int> i2 = default,
        Interval<int> i3 = default) => Bounds(in view, in table, isBool: false, [i0, i1, i2, i3]);

    /// <summary>The values among some elements of a bool buffer.</summary>
    public static Truth Bool(
        in CaptureView view,
        in BoundsTable table,
        Interval<int> i0,
        Interval<int> i1 = default,
        Interval<int> i2 = default,
        Interval<int> i3 = default) =>
        Intervals.NotEqual(Bounds(in view, in table, isBool: true, [i0, i1, i2, i3]), new Interval<int>(0));

    /// <summary>
    /// Whether elements of two int buffers may be equal, on the pairs where the first is not a certain value: false, where a look at
    /// them shows that they have no other value in common, else true, so that a conjunction with it is what it was without.
    /// </summary>
    public static Truth EqualExcept(
        in CaptureView first,
        ReadOnlySpan<Interval<int>> firstIndices,
        in CaptureView second,
        ReadOnlySpan<Interval<int>> secondIndices,
        Interval<int> except)
    {
        var one = new ElementBox(in first, Padded(firstIndices, stackalloc Interval<int>[Dimensions]));
        var other = new ElementBox(in second, Padded(secondIndices, stackalloc Interval<int>[Dimensions]));
        if (!except.IsExact || Math.Max(one.Count, other.Count) > MostElements)
            return Truth.True;
        ulong common =
            ElementBounds.ResiduesOf(in first, in one, except.Low) & ElementBounds.ResiduesOf(in second, in other, except.Low);
        return Intervals.Of(common != 0);
    }

    private static Span<Interval<int>> Padded(ReadOnlySpan<Interval<int>> indices, Span<Interval<int>> padded)
    {
        padded.Clear();
        indices.CopyTo(padded);
        return padded;
    }

    private static Interval<int> Bounds(in CaptureView view, in BoundsTable table, bool isBool, ReadOnlySpan<Interval<int>> indices)
    {
        var box = new ElementBox(in view, indices);
        if (box.Count > (table.Exists ? BoundsTable.MostLookedAt : MostElements))
        {
            if (!table.Exists)
                return Interval<int>.All;
            Interval<int> found = FromTable(in view, in table, isBool, indices, in box);
            return box.LeavesBuffer ? found.Union(new Interval<int>(0)) : found;
        }

        // Out of range a read gives zero.
        Interval<int>? bounds = box.LeavesBuffer ? new Interval<int>(0) : null;
        for (int run = 0; run < box.Runs; run++)
        {
            Interval<int> elements = ElementBounds.Of(view.Data, isBool, box.Start(run), box.RunLength, box.RunStride);
            bounds = bounds?.Union(elements) ?? elements;
        }

        return bounds!.Value;
    }

    /// <summary>Whole leaves by the table, and the elements before the first and behind the last of them by a look.</summary>
    private static Interval<int> FromTable(
        in CaptureView view, in BoundsTable table, bool isBool, ReadOnlySpan<Interval<int>> indices, in ElementBox box)
    {
        const int leaf = BoundsTable.LeafSize;
        int first = Math.Max(table.Along(indices).Low, 0), end = first + box.RunLength;
        int firstLeaf = Rounding.CeilingDivide(first, leaf), endLeaf = end / leaf;
        Interval<int> bounds = table.OfLeaves(table.LineOf(in view, indices), firstLeaf, endLeaf);
        if (firstLeaf * leaf > first)
            bounds = bounds.Union(ElementBounds.Of(view.Data, isBool, box.Start(0), (firstLeaf * leaf) - first, box.RunStride));
        if (end > endLeaf * leaf)
        {
            nint start = box.Start(0) + ((nint)((endLeaf * leaf) - first) * box.RunStride);
            bounds = bounds.Union(ElementBounds.Of(view.Data, isBool, start, end - (endLeaf * leaf), box.RunStride));
        }

        return bounds;
    }
}
