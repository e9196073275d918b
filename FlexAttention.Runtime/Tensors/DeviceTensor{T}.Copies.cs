namespace FlexAttention;

/// <content>Copies between host and device, and between devices.</content>
public sealed unsafe partial class DeviceTensor<T>
{
    /// <summary>
    /// The elements of a contiguous tensor on the CPU. The tensor must outlive the span: hold it in a <c>using</c>, since a
    /// span does not keep it from the collector.
    /// </summary>
    /// <exception cref="InvalidOperationException">The tensor is on a GPU, is not contiguous or is longer than a span.</exception>
    public Span<T> AsSpan()
    {
        if (!Device.IsCpu)
            throw new InvalidOperationException($"The tensor is on {Device}: copy it with CopyTo, ToArray or To(Device.Cpu).");
        if (!IsContiguous)
            throw new InvalidOperationException($"The tensor {ShapeText} is not contiguous: copy it with CopyTo or ToArray.");
        if (Length > int.MaxValue)
            throw new InvalidOperationException($"The tensor has {Length} elements, more than a span can hold: take slices of it.");
        return new Span<T>((void*)Pointer, (int)Length);
    }

    /// <summary>Overwrites all elements, given in row-major order. The tensor must be contiguous.</summary>
    public void CopyFrom(ReadOnlySpan<T> source)
    {
        if (source.Length != Length)
            throw new ArgumentException($"The tensor {ShapeText} has {Length} elements; the source has {source.Length}.", nameof(source));
        if (!IsContiguous)
            throw new InvalidOperationException($"Only a contiguous tensor can be overwritten; this {ShapeText} is not.");
        fixed (T* items = source)
            Device.CopyFromHost(Pointer, (nint)items, Length * sizeof(T));
        GC.KeepAlive(this);
    }

    /// <summary>Overwrites all elements of a dense tensor in the order of the work on a stream. The source may change afterwards.</summary>
    internal void CopyFrom(ReadOnlySpan<T> source, CudaStream? stream)
    {
        fixed (T* items = source)
            Device.CopyFromHost(Pointer, (nint)items, (long)source.Length * sizeof(T), stream);
        GC.KeepAlive(this);
    }

    /// <summary>Copies all elements, in row-major order whatever the strides.</summary>
    public void CopyTo(Span<T> destination)
    {
        if (destination.Length != Length)
            throw new ArgumentException($"The tensor {ShapeText} has {Length} elements; the destination has {destination.Length}.", nameof(destination));
        fixed (T* items = destination)
            CopyToHost(items);
    }

    /// <summary>All elements, in row-major order.</summary>
    public T[] ToArray()
    {
        var items = new T[Length];
        CopyTo(items);
        return items;
    }

    /// <summary>A dense copy on the given device, even where this tensor is on it already.</summary>
    public DeviceTensor<T> To(Device device)
    {
        DeviceTensor<T> copy = Allocate(device, Shape, zeroed: false);
        try
        {
            if (device.IsCpu)
            {
                CopyToHost((T*)copy.Pointer);
            }
            else if (Device.IsCpu && IsContiguous)
            {
                device.CopyFromHost(copy.Pointer, Pointer, Length * sizeof(T));
            }
            else
            {
                using HostMemory staging = HostMemory.Allocate(Length * sizeof(T), zeroed: false);
                CopyToHost((T*)staging.Address);
                device.CopyFromHost(copy.Pointer, staging.Address, Length * sizeof(T));
            }

            GC.KeepAlive(this);
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    private void CopyToHost(T* destination)
    {
        if (IsContiguous)
        {
            Device.CopyToHost((nint)destination, Pointer, Length * sizeof(T));
        }
        else if (Device.IsCpu)
        {
            Gather((T*)Pointer, destination);
        }
        else
        {
            // One transfer of everything between the first and the last element beats one transfer a row.
            using HostMemory staging = HostMemory.Allocate(Layout.Reach * sizeof(T), zeroed: false);
            Device.CopyToHost(staging.Address, Pointer, Layout.Reach * sizeof(T));
            Gather((T*)staging.Address, destination);
        }

        GC.KeepAlive(this);
    }

    private void Gather(T* source, T* destination)
    {
        if (Length == 0)
            return;
        TensorLayout layout = Layout;
        int inner = layout.Rank - 1;
        long rows = Length / layout.Lengths[inner];
        for (long row = 0; row < rows; row++)
        {
            long rest = row, offset = 0;
            for (int d = inner - 1; d >= 0; d--)
            {
                offset += (rest % layout.Lengths[d]) * layout.Strides[d];
                rest /= layout.Lengths[d];
            }

            for (long i = 0; i < layout.Lengths[inner]; i++)
                *destination++ = source[offset + (i * layout.Strides[inner])];
        }
    }
}
