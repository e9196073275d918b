using System.Runtime.CompilerServices;
using FlexAttention.Descriptors;

namespace FlexAttention.Cpu;

/// <summary>
/// Reads single elements of captured buffers; an index out of range reads zero, never memory. Called by generated code.
/// </summary>
/// <remarks>A view has extent 1 and stride 0 past its rank, so that an index of zero there changes nothing.</remarks>
public static unsafe class CaptureReader
{
    /// <summary>Reads a float buffer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Float(in CaptureView view, int i0, int i1 = 0, int i2 = 0, int i3 = 0) =>
        TryOffset(in view, i0, i1, i2, i3, out nint offset) ? ((float*)view.Data)[offset] : 0;

    /// <summary>Reads a <see cref="System.Half"/> buffer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Half(in CaptureView view, int i0, int i1 = 0, int i2 = 0, int i3 = 0) =>
        TryOffset(in view, i0, i1, i2, i3, out nint offset) ? (float)((Half*)view.Data)[offset] : 0;

    /// <summary>Reads an int buffer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Int(in CaptureView view, int i0, int i1 = 0, int i2 = 0, int i3 = 0) =>
        TryOffset(in view, i0, i1, i2, i3, out nint offset) ? ((int*)view.Data)[offset] : 0;

    /// <summary>Reads a bool buffer: one byte an element, true unless zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Bool(in CaptureView view, int i0, int i1 = 0, int i2 = 0, int i3 = 0) =>
        TryOffset(in view, i0, i1, i2, i3, out nint offset) && ((byte*)view.Data)[offset] != 0;

    /// <summary>The length of one dimension.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Extent(in CaptureView view, int dimension) => view.Extent[dimension];

    /// <summary>The position of an element, if every index is within its extent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryOffset(in CaptureView view, int i0, int i1, int i2, int i3, out nint offset)
    {
        offset = ((nint)i0 * view.Stride[0]) + ((nint)i1 * view.Stride[1])
            + ((nint)i2 * view.Stride[2]) + ((nint)i3 * view.Stride[3]);
        return (uint)i0 < (uint)view.Extent[0] && (uint)i1 < (uint)view.Extent[1]
            && (uint)i2 < (uint)view.Extent[2] && (uint)i3 < (uint)view.Extent[3];
    }
}
