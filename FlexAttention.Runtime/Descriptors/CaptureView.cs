using System.Runtime.InteropServices;

namespace FlexAttention.Descriptors;

/// <summary>
/// A captured buffer as kernels see it: where it lies, and the extent and stride (in elements) of up to four dimensions.
/// The same 40 bytes are read by the CPU kernels and by the CUDA kernels (<c>flex::Buffer</c>).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CaptureView
{
    /// <summary>The first element, in host or device memory.</summary>
    public void* Data;

    /// <summary>The number of elements along each dimension; 1 past the rank.</summary>
    public fixed int Extent[4];

    /// <summary>The distance in elements between neighbours along each dimension; 0 past the rank.</summary>
    public fixed int Stride[4];
}
