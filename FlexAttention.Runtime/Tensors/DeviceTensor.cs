namespace FlexAttention;

/// <summary>A tensor of rank 1 to 4 in the memory of one device, without its element type. See <see cref="DeviceTensor{T}"/>.</summary>
public abstract class DeviceTensor : IDisposable
{
    private readonly TensorLayout _layout;
    private readonly DeviceMemory? _memory;
    private readonly bool _ownsMemory;
    private readonly nint _pointer;
    private bool _disposed;

    private protected DeviceTensor(
        Device device, ElementType elementType, nint pointer, in TensorLayout layout, DeviceMemory? memory, bool ownsMemory)
    {
        Device = device;
        ElementType = elementType;
        Length = layout.Length;
        IsContiguous = layout.IsContiguous;
        _pointer = pointer;
        _layout = layout;
        _memory = memory;
        _ownsMemory = ownsMemory;
    }

    /// <summary>The device that holds the elements.</summary>
    public Device Device { get; }

    /// <summary>The element type.</summary>
    public ElementType ElementType { get; }

    /// <summary>The number of dimensions.</summary>
    public int Rank => _layout.Rank;

    /// <summary>The number of elements along each dimension.</summary>
    public ReadOnlySpan<long> Shape => ((ReadOnlySpan<long>)_layout.Lengths)[..Rank];

    /// <summary>The distance, in elements, between neighbours along each dimension.</summary>
    public ReadOnlySpan<long> Strides => ((ReadOnlySpan<long>)_layout.Strides)[..Rank];

    /// <summary>The number of elements.</summary>
    public long Length { get; }

    /// <summary>Whether the elements lie in row-major order without gaps.</summary>
    public bool IsContiguous { get; }

    /// <summary>Whether the tensor, or the tensor it is a view of, has been disposed.</summary>
    public bool IsDisposed => _disposed || _memory is { IsClosed: true };

    /// <summary>The address of the first element, in host or device memory. Valid while the tensor lives.</summary>
    /// <exception cref="ObjectDisposedException">The tensor has been disposed.</exception>
    public nint Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return _pointer;
        }
    }

    internal ref readonly TensorLayout Layout => ref _layout;

    private protected DeviceMemory? Memory => _memory;

    /// <summary>The shape as text, as error messages write it: <c>[2, 8, 128, 64]</c>.</summary>
    public string ShapeText => _layout.ShapeText();

    /// <summary>Frees the memory of a tensor that owns it. Views of it become disposed, too.</summary>
    public void Dispose()
    {
        if (_ownsMemory)
            _memory?.Dispose();
        _disposed = true;
        GC.SuppressFinalize(this);
    }

    /// <summary>Fills a dense tensor with zeros, in the order of the work on a stream.</summary>
    internal abstract void Clear(CudaStream? stream);

    /// <inheritdoc/>
    public override string ToString() => $"{ElementType} {ShapeText} on {Device}";
}
