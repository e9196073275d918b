namespace FlexAttention.Descriptors;

/// <summary>Binds a captured tensor to a generated variant. Called by generated code.</summary>
public static class CaptureBinder
{
    /// <summary>Checks a captured tensor and returns it as kernels see it.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="rank">The number of dimensions that the variant's method declares.</param>
    /// <param name="device">The device that the call runs on.</param>
    /// <param name="name">The captured parameter's name, for messages.</param>
    public static unsafe CaptureView Bind(DeviceTensor? tensor, int rank, Device device, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        ArgumentNullException.ThrowIfNull(device);
        if (tensor.IsDisposed)
            throw new ObjectDisposedException(name, $"The captured tensor '{name}' has been disposed.");
        if (tensor.Rank != rank)
            throw new ArgumentException($"Capture '{name}' has {rank} dimensions; the tensor {tensor.ShapeText} has {tensor.Rank}.", name);
        if (tensor.Device != device)
        {
            throw new ArgumentException(
                $"Capture '{name}' is on {tensor.Device}, the call runs on {device}: copy it with {name}.To(q.Device).", name);
        }

        var view = new CaptureView { Data = (void*)tensor.Pointer };
        for (int d = 0; d < 4; d++)
        {
            view.Extent[d] = d < rank ? ToInt(tensor.Shape[d], "length", d, name) : 1;
            view.Stride[d] = d < rank ? ToInt(tensor.Strides[d], "stride", d, name) : 0;
        }

        if (tensor.Layout.Reach > int.MaxValue)
            throw new ArgumentException($"Capture '{name}' {tensor.ShapeText} reaches past element 2^31, more than kernels can index.", name);
        return view;
    }

    private static int ToInt(long value, string what, int dimension, string name) =>
        value is >= 0 and <= int.MaxValue
            ? (int)value
            : throw new ArgumentException($"The {what} {value} of dimension {dimension} of capture '{name}' does not fit 32 bits.", name);
}
