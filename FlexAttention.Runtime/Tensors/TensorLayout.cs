using System.Runtime.CompilerServices;

namespace FlexAttention;

/// <summary>Up to four lengths or strides, held inline so that tensors and views need no arrays.</summary>
[InlineArray(TensorLayout.MaximumRank)]
internal struct Extents
{
    private long _first;
}

/// <summary>The shape and strides, in elements, of a tensor of rank 1 to 4.</summary>
internal struct TensorLayout
{
    public const int MaximumRank = 4;

    public int Rank;
    public Extents Lengths;
    public Extents Strides;

    /// <summary>Row-major, without gaps.</summary>
    public static TensorLayout Dense(ReadOnlySpan<long> shape)
    {
        TensorLayout layout = OfShape(shape);
        long stride = 1;
        for (int d = layout.Rank - 1; d >= 0; d--)
        {
            layout.Strides[d] = stride;
            stride = checked(stride * Math.Max(shape[d], 1));
        }

        return layout;
    }

    /// <summary>With strides given.</summary>
    public static TensorLayout Strided(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides)
    {
        TensorLayout layout = OfShape(shape);
        if (strides.Length != shape.Length)
            throw new ArgumentException($"A tensor of rank {shape.Length} needs as many strides, not {strides.Length}.", nameof(strides));
        for (int d = 0; d < strides.Length; d++)
        {
            if (strides[d] < 0)
                throw new ArgumentOutOfRangeException(nameof(strides), strides[d], $"The stride of dimension {d} must not be negative.");
            layout.Strides[d] = strides[d];
        }

        return layout;
    }

    /// <summary>The number of elements.</summary>
    public readonly long Length
    {
        get
        {
            long length = 1;
            for (int d = 0; d < Rank; d++)
                length = checked(length * Lengths[d]);
            return length;
        }
    }

    /// <summary>The number of elements from the first to just past the last: what memory must hold.</summary>
    public readonly long Reach
    {
        get
        {
            long last = 0;
            for (int d = 0; d < Rank; d++)
            {
                if (Lengths[d] == 0)
                    return 0;
                last = checked(last + ((Lengths[d] - 1) * Strides[d]));
            }

            return last + 1;
        }
    }

    /// <summary>Whether the elements lie in row-major order without gaps. Strides of dimensions of length 1 do not matter.</summary>
    public readonly bool IsContiguous
    {
        get
        {
            long stride = 1;
            for (int d = Rank - 1; d >= 0; d--)
            {
                if (Lengths[d] > 1 && Strides[d] != stride)
                    return false;
                stride *= Math.Max(Lengths[d], 1);
            }

            return true;
        }
    }

    /// <summary>The shape as text: <c>[2, 8, 128, 64]</c>.</summary>
    public readonly string ShapeText()
    {
        Extents lengths = Lengths;
        return "[" + string.Join(", ", ((ReadOnlySpan<long>)lengths)[..Rank].ToArray()) + "]";
    }

    private static TensorLayout OfShape(ReadOnlySpan<long> shape)
    {
        if (shape.Length is < 1 or > MaximumRank)
            throw new ArgumentException($"A tensor has 1 to {MaximumRank} dimensions, not {shape.Length}.", nameof(shape));
        var layout = new TensorLayout { Rank = shape.Length };
        for (int d = 0; d < MaximumRank; d++)
        {
            if (d < shape.Length && shape[d] < 0)
                throw new ArgumentOutOfRangeException(nameof(shape), shape[d], $"The length of dimension {d} must not be negative.");
            layout.Lengths[d] = d < shape.Length ? shape[d] : 1;
        }

        return layout;
    }
}
