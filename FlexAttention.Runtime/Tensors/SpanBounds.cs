using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FlexAttention;

/// <summary>What the views of 2 to 4 dimensions share.</summary>
internal static class SpanBounds
{
    /// <summary>The elements of a rectangular array, in row-major order.</summary>
    public static ReadOnlySpan<T> Of<T>(Array items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return MemoryMarshal.CreateReadOnlySpan(
            ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(items)), items.Length);
    }

    /// <summary>Throws unless every element that the lengths and strides reach lies within the buffer.</summary>
    public static void Check(int available, ReadOnlySpan<int> lengths, ReadOnlySpan<int> strides)
    {
        long first = 0, last = 0;
        for (int d = 0; d < lengths.Length; d++)
        {
            if (lengths[d] == 0)
                return;
            long reach = (long)(lengths[d] - 1) * strides[d];
            first += Math.Min(reach, 0);
            last += Math.Max(reach, 0);
        }

        if (first < 0 || last >= available)
            throw new ArgumentException($"The lengths and strides reach elements {first} to {last}, but the buffer has {available}.");
    }

    /// <summary>Throws what an array would throw, so that a variant fails as plain C# does.</summary>
    [DoesNotReturn]
    public static void ThrowIndexOutOfRange() =>
#pragma warning disable CA2201 // An indexer past its end throws exactly this in C#.
        throw new IndexOutOfRangeException("A captured buffer was read outside its extents.");
#pragma warning restore CA2201
}
