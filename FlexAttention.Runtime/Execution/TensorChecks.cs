namespace FlexAttention.Execution;

/// <summary>Checks of one tensor, with the messages that all calls share.</summary>
internal static class TensorChecks
{
    /// <summary>Throws unless the tensor is there, alive, of the given rank and on the given device.</summary>
    public static void Usable(DeviceTensor? tensor, int rank, Device? device, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.IsDisposed)
            throw new ObjectDisposedException(name, $"The tensor '{name}' has been disposed.");
        if (tensor.Rank != rank)
            throw new ArgumentException($"'{name}' must have {rank} dimensions; its shape is {tensor.ShapeText}.", name);
        if (device is not null && tensor.Device != device)
        {
            throw new ArgumentException(
                $"'{name}' is on {tensor.Device}, but the call runs on {device}, where q is: copy it with {name}.To(q.Device).", name);
        }
    }

    /// <summary>Throws unless the elements of a row are neighbours.</summary>
    public static void RowsUnitStride(DeviceTensor tensor, string name)
    {
        int last = tensor.Rank - 1;
        if (tensor.Strides[last] != 1 && tensor.Shape[last] > 1)
        {
            throw new ArgumentException(
                $"The last stride of '{name}' is {tensor.Strides[last]} but must be 1: make a dense copy with {name}.To({name}.Device).", name);
        }
    }

    /// <summary>Throws where rows lie on one another, as in a broadcast view: such a tensor can be read, not written.</summary>
    public static void NotRepeated(DeviceTensor tensor, string name)
    {
        for (int d = 0; d < tensor.Rank; d++)
        {
            if (tensor.Strides[d] == 0 && tensor.Shape[d] > 1)
                throw new ArgumentException($"'{name}' repeats its dimension {d} (its stride is 0), so it cannot be written into.", name);
        }
    }

    /// <summary>Throws unless the tensor has the given shape.</summary>
    public static void Shape(DeviceTensor tensor, ReadOnlySpan<long> expected, string name)
    {
        if (!tensor.Shape.SequenceEqual(expected))
        {
            throw new ArgumentException(
                $"'{name}' must have the shape [{string.Join(", ", expected.ToArray())}]; it has {tensor.ShapeText}.", name);
        }
    }

    /// <summary>A length as the kernels' 32-bit index.</summary>
    public static int ToInt(long length, string name) =>
        length <= int.MaxValue
            ? (int)length
            : throw new ArgumentException($"A dimension of '{name}' has {length} elements, more than 2^31 - 1.", name);
}
