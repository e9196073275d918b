using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FlexAttention.Descriptors;

namespace FlexAttention.Masking;

/// <summary>
/// A digest of what a variant's captures hold: scalars by value, buffers by their elements, or by address and version where the
/// caller counts versions.
/// </summary>
internal static unsafe class CaptureDigest
{
    public static string Of<TVariant>(in TVariant variant, Device device, long? version)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadOnlySpan<byte> fields = MemoryMarshal.AsBytes(new ReadOnlySpan<TVariant>(in variant));
        int offset = 0;
        foreach (CaptureDescriptor capture in TVariant.Descriptor.Captures)
        {
            int size = SizeOf(capture), alignment = Math.Min(size, 8);
            offset = Rounding.Up(offset, alignment);
            ReadOnlySpan<byte> field = fields.Slice(offset, size);
            offset += size;
            if (capture.Rank == 0)
                hash.AppendData(field);
            else
                Append(hash, capture, MemoryMarshal.Read<CaptureView>(field), device, version);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The size of a field of the variant's struct: bools and halves are held in four bytes.</summary>
    private static int SizeOf(CaptureDescriptor capture) =>
        capture.Rank > 0 ? sizeof(CaptureView)
        : capture.ElementType == typeof(long) || capture.ElementType == typeof(double) ? 8
        : 4;

    private static void Append(IncrementalHash hash, CaptureDescriptor capture, CaptureView view, Device device, long? version)
    {
        hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(view.Extent, 4)));
        if (version is { } number)
        {
            hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(view.Stride, 4)));
            hash.AppendData(BitConverter.GetBytes((nint)view.Data));
            hash.AppendData(BitConverter.GetBytes(number));
        }
        else if (device == Device.Cpu)
        {
            AppendElements(hash, view, ElementSize(capture));
        }
        else
        {
            throw new ArgumentException(
                $"The cache does not look at elements on {device}: set BlockMaskOptions.CaptureVersion, and another one whenever " +
                $"'{capture.Name}' has changed.",
                nameof(BlockMaskOptions.CaptureVersion));
        }
    }

    private static int ElementSize(CaptureDescriptor capture) => capture.ElementType switch
    {
        var type when type == typeof(bool) => 1,
        var type when type == typeof(Half) => 2,
        _ => 4,
    };

    private static void AppendElements(IncrementalHash hash, CaptureView view, int size)
    {
        int last = Array.FindLastIndex([0, 1, 2, 3], dimension => Extent(in view, dimension) > 1);
        Append(hash, in view, (byte*)view.Data, dimension: 0, Math.Max(last, 0), size);
    }

    /// <summary>Neighbours along the last dimension at once, other elements one by one.</summary>
    private static void Append(IncrementalHash hash, in CaptureView view, byte* start, int dimension, int last, int size)
    {
        int count = view.Extent[dimension];
        nint stride = (nint)view.Stride[dimension] * size;
        if (dimension == last && stride == size)
        {
            // A span holds no more than 2^31 - 1 bytes.
            const int most = 1 << 28;
            for (int first = 0; first < count; first += Math.Min(most, count - first))
                hash.AppendData(new ReadOnlySpan<byte>(start + ((nint)first * size), Math.Min(most, count - first) * size));
            return;
        }

        for (int i = 0; i < count; i++)
        {
            if (dimension == last)
                hash.AppendData(new ReadOnlySpan<byte>(start + (i * stride), size));
            else
                Append(hash, in view, start + (i * stride), dimension + 1, last, size);
        }
    }

    private static int Extent(in CaptureView view, int dimension) => view.Extent[dimension];
}
