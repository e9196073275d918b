using System.Runtime.InteropServices;

namespace FlexAttention.Descriptors;

/// <summary>
/// The gradient of a capture that a kernel adds to: floats that are the result, or doubles that are summed up to it later.
/// A scalar's has one element.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct GradientView
{
    /// <summary>The first element.</summary>
    public void* Data;

    /// <summary>Whether the elements are doubles.</summary>
    public bool IsWide;

    /// <summary>The number of elements along each dimension; 1 past the rank.</summary>
    public fixed int Extent[4];

    /// <summary>The distance in elements between neighbours along each dimension; 0 past the rank.</summary>
    public fixed long Stride[4];
}
