using System.Runtime.CompilerServices;
using FlexAttention.Descriptors;

namespace FlexAttention.Cpu;

/// <summary>
/// Adds to single elements of captures' gradients; what was read out of range, as zero, has none. Called by generated code.
/// </summary>
public static unsafe class GradientWriter
{
    /// <summary>Adds to the element of the given indices.</summary>
    public static void Add(in GradientView view, double value, int i0 = 0, int i1 = 0, int i2 = 0, int i3 = 0)
    {
        if (TryOffset(in view, i0, i1, i2, i3, out long offset))
            AddAt(in view, offset, value);
    }

    /// <summary>Adds to the element at a position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddAt(in GradientView view, long offset, double value)
    {
        if (view.IsWide)
            ((double*)view.Data)[offset] += value;
        else
            ((float*)view.Data)[offset] += (float)value;
    }

    /// <summary>The position of an element, if every index is within its extent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryOffset(in GradientView view, int i0, int i1, int i2, int i3, out long offset)
    {
        offset = (i0 * view.Stride[0]) + (i1 * view.Stride[1]) + (i2 * view.Stride[2]) + (i3 * view.Stride[3]);
        return (uint)i0 < (uint)view.Extent[0] && (uint)i1 < (uint)view.Extent[1]
            && (uint)i2 < (uint)view.Extent[2] && (uint)i3 < (uint)view.Extent[3];
    }
}
