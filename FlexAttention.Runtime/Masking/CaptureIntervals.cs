using System.Numerics;
using FlexAttention.Descriptors;

namespace FlexAttention.Masking;

/// <summary>
/// What is known of elements of captured buffers of which the indices are intervals: a few are looked at, of many nothing is
/// known. Called by generated code.
/// </summary>
public static unsafe class CaptureIntervals
{
    /// <summary>Two sides of a block of the usual size are looked at in less time than one of its queries takes.</summary>
    private const int MostElements = 1024;

    /// <summary>The least and the greatest of some elements of an int buffer.</summary>
    public static Interval<int> Int(
        in CaptureView view, Interval<int> i0, Interval<int> i1 = default, Interval<int> i2 = default, Interval<int> i3 = default)
    {
        var box = new ElementBox(in view, i0, i1, i2, i3);
        if (box.Count > MostElements)
            return Interval<int>.All;
        // Out of range a read gives zero.
        Interval<int>? bounds = box.LeavesBuffer ? new Interval<int>(0) : null;
        for (int run = 0; run < box.Runs; run++)
        {
            Interval<int> elements = BoundsOf((int*)view.Data + box.Start(run), box.RunLength, box.RunStride);
            bounds = bounds?.Union(elements) ?? elements;
        }

        return bounds!.Value;
    }

    /// <summary>The values among some elements of a bool buffer.</summary>
    public static Truth Bool(
        in CaptureView view, Interval<int> i0, Interval<int> i1 = default, Interval<int> i2 = default, Interval<int> i3 = default)
    {
        var box = new ElementBox(in view, i0, i1, i2, i3);
        if (box.Count > MostElements)
            return Truth.Unknown;
        Truth truth = box.LeavesBuffer ? Truth.False : 0;
        for (int run = 0; run < box.Runs; run++)
            truth |= TruthOf((byte*)view.Data + box.Start(run), box.RunLength, box.RunStride);
        return truth;
    }

    private static Interval<int> BoundsOf(int* elements, int count, int stride)
    {
        int low = *elements, high = low, i = 1;
        if (stride == 1 && count >= Vector<int>.Count)
        {
            Vector<int> lows = *(Vector<int>*)elements, highs = lows;
            for (i = Vector<int>.Count; i <= count - Vector<int>.Count; i += Vector<int>.Count)
            {
                Vector<int> next = *(Vector<int>*)(elements + i);
                (lows, highs) = (Vector.Min(lows, next), Vector.Max(highs, next));
            }

            for (int lane = 0; lane < Vector<int>.Count; lane++)
                (low, high) = (Math.Min(low, lows[lane]), Math.Max(high, highs[lane]));
        }

        for (; i < count; i++)
            (low, high) = (Math.Min(low, elements[(nint)i * stride]), Math.Max(high, elements[(nint)i * stride]));
        return new Interval<int>(low, high);
    }

    private static Truth TruthOf(byte* elements, int count, int stride)
    {
        Truth truth = 0;
        for (int i = 0; i < count && truth != Truth.Unknown; i++)
            truth |= Intervals.Of(elements[(nint)i * stride] != 0);
        return truth;
    }
}
