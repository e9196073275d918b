using System.Numerics;
using FlexAttention.Descriptors;

namespace FlexAttention.Masking;

/// <summary>The least and the greatest of some elements in memory, by a look at each.</summary>
internal static unsafe class ElementBounds
{
    /// <summary>Bounds of ints, or of bools as 0 and 1.</summary>
    /// <param name="data">The buffer's first element.</param>
    /// <param name="isBool">Whether the elements are bools.</param>
    /// <param name="start">The position of the first one that counts.</param>
    /// <param name="count">How many; at least one.</param>
    /// <param name="stride">The distance between neighbours.</param>
    public static Interval<int> Of(void* data, bool isBool, nint start, int count, int stride) =>
        isBool ? OfBools((byte*)data + start, count, stride) : OfInts((int*)data + start, count, stride);

    /// <summary>A bit for each residue modulo 64 of the ints in a box, those of one value left out.</summary>
    public static ulong ResiduesOf(in CaptureView view, in ElementBox box, int except)
    {
        ulong residues = box.LeavesBuffer && except != 0 ? 1UL : 0;
        for (int run = 0; run < box.Runs; run++)
        {
            int* elements = (int*)view.Data + box.Start(run);
            for (int i = 0; i < box.RunLength; i++)
            {
                int element = elements[(nint)i * box.RunStride];
                residues |= element == except ? 0 : 1UL << element;
            }
        }

        return residues;
    }

    private static Interval<int> OfInts(int* elements, int count, int stride)
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

    private static Interval<int> OfBools(byte* elements, int count, int stride)
    {
        bool all = true, any = false;
        for (int i = 0; i < count && (all || !any); i++)
        {
            bool element = elements[(nint)i * stride] != 0;
            (all, any) = (all & element, any | element);
        }

        return new Interval<int>(all ? 1 : 0, any ? 1 : 0);
    }
}
