namespace FlexAttention;

/// <content>Views: the same memory under another shape. They live as long as the tensor they were made from.</content>
public sealed unsafe partial class DeviceTensor<T>
{
    /// <summary>
    /// The dimensions in another order: dimension <c>i</c> of the view is dimension <c>order[i]</c> of this tensor. So
    /// data stored as [B, S, H, D] becomes [B, H, S, D] by <c>Permute(0, 2, 1, 3)</c>, without a copy.
    /// </summary>
    public DeviceTensor<T> Permute(params ReadOnlySpan<int> order)
    {
        if (order.Length != Rank)
            throw new ArgumentException($"A tensor of rank {Rank} needs {Rank} dimensions in order, not {order.Length}.", nameof(order));
        TensorLayout layout = Layout;
        int seen = 0;
        for (int d = 0; d < Rank; d++)
        {
            if ((uint)order[d] >= (uint)Rank || (seen & (1 << order[d])) != 0)
                throw new ArgumentException($"The order must name each dimension from 0 to {Rank - 1} once.", nameof(order));
            seen |= 1 << order[d];
            layout.Lengths[d] = Layout.Lengths[order[d]];
            layout.Strides[d] = Layout.Strides[order[d]];
        }

        return ViewOf(in layout, offset: 0);
    }

    /// <summary>Swaps two dimensions without a copy.</summary>
    public DeviceTensor<T> Transpose(int first, int second)
    {
        CheckDimension(first, nameof(first));
        CheckDimension(second, nameof(second));
        TensorLayout layout = Layout;
        (layout.Lengths[first], layout.Lengths[second]) = (layout.Lengths[second], layout.Lengths[first]);
        (layout.Strides[first], layout.Strides[second]) = (layout.Strides[second], layout.Strides[first]);
        return ViewOf(in layout, offset: 0);
    }

    /// <summary>The elements <paramref name="start"/> to <c>start + length - 1</c> of one dimension, without a copy.</summary>
    public DeviceTensor<T> Slice(int dimension, long start, long length)
    {
        CheckDimension(dimension, nameof(dimension));
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > Shape[dimension] - start)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length), length, $"Elements {start} to {start + length - 1} lie outside dimension {dimension} of {ShapeText}.");
        }

        TensorLayout layout = Layout;
        layout.Lengths[dimension] = length;
        return ViewOf(in layout, start * Strides[dimension]);
    }

    /// <summary>The same elements in row-major order under another shape. The tensor must be contiguous.</summary>
    public DeviceTensor<T> View(params ReadOnlySpan<long> shape)
    {
        if (!IsContiguous)
            throw new InvalidOperationException($"Only a contiguous tensor can be viewed under another shape; this {ShapeText} is not.");
        TensorLayout layout = TensorLayout.Dense(shape);
        if (layout.Length != Length)
            throw new ArgumentException($"A view of {ShapeText} needs {Length} elements; {layout.ShapeText()} has {layout.Length}.", nameof(shape));
        return ViewOf(in layout, offset: 0);
    }

    private DeviceTensor<T> ViewOf(in TensorLayout layout, long offset) =>
        new(Device, Pointer + (nint)(offset * sizeof(T)), in layout, Memory, ownsMemory: false);

    private void CheckDimension(int dimension, string parameter)
    {
        if ((uint)dimension >= (uint)Rank)
            throw new ArgumentOutOfRangeException(parameter, dimension, $"The tensor has dimensions 0 to {Rank - 1}.");
    }
}
