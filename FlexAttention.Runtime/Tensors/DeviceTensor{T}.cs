using System.Diagnostics.CodeAnalysis;

namespace FlexAttention;

/// <summary>
/// A tensor of rank 1 to 4 in the memory of one device: its own memory, a view of another tensor's, or borrowed memory
/// (a torch tensor, say) with any strides.
/// </summary>
/// <typeparam name="T"><see cref="Half"/>, <see cref="BFloat16"/>, float, double, int, long, byte or bool.</typeparam>
/// <remarks>
/// Tensors own native memory: dispose them, or leave it to the collector. Copies to and from a GPU are done when they
/// return; they are ordered after work on the default stream and on streams made by <see cref="CudaStream.Create"/>.
/// </remarks>
public sealed unsafe partial class DeviceTensor<T> : DeviceTensor
    where T : unmanaged
{
    private DeviceTensor(Device device, nint pointer, in TensorLayout layout, DeviceMemory? memory, bool ownsMemory)
        : base(device, ElementTypes.Of<T>(), pointer, in layout, memory, ownsMemory)
    {
    }

    /// <summary>A new dense tensor filled with zeros.</summary>
    /// <exception cref="InsufficientMemoryException">The device has not enough memory.</exception>
    public static DeviceTensor<T> Create(Device device, params ReadOnlySpan<long> shape) => Allocate(device, shape, zeroed: true);

    /// <summary>
    /// Wraps memory that someone else owns, without copying. It must stay valid until the work that uses the tensor is done.
    /// </summary>
    /// <param name="device">The device whose memory it is.</param>
    /// <param name="pointer">The first element.</param>
    /// <param name="shape">The number of elements along each dimension.</param>
    /// <param name="strides">The distance in elements between neighbours; dense when left out.</param>
    public static DeviceTensor<T> Borrow(Device device, nint pointer, ReadOnlySpan<long> shape, ReadOnlySpan<long> strides = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        TensorLayout layout = strides.IsEmpty ? TensorLayout.Dense(shape) : TensorLayout.Strided(shape, strides);
        if (pointer == 0 && layout.Length > 0)
            throw new ArgumentException("A tensor with elements needs a pointer other than zero.", nameof(pointer));
        if (pointer % sizeof(T) != 0)
            throw new ArgumentException($"The pointer must be aligned to the {sizeof(T)} bytes of an element.", nameof(pointer));
        return new DeviceTensor<T>(device, pointer, in layout, memory: null, ownsMemory: false);
    }

    /// <summary>A new dense tensor with the given elements, in row-major order.</summary>
    public static DeviceTensor<T> From(ReadOnlySpan<T> items, ReadOnlySpan<long> shape, Device? device = null)
    {
        DeviceTensor<T> tensor = Allocate(device ?? Device.Cpu, shape, zeroed: false);
        try
        {
            tensor.CopyFrom(items);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>A new tensor of rank 1 with the array's elements.</summary>
    public static DeviceTensor<T> From(T[] items, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(items);
        return From(items, [items.Length], device);
    }

    /// <summary>A new tensor of rank 2 with the array's elements.</summary>
    public static DeviceTensor<T> From(T[,] items, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(items);
        return From(SpanBounds.Of<T>(items), [items.GetLength(0), items.GetLength(1)], device);
    }

    /// <summary>A new tensor of rank 3 with the array's elements.</summary>
    public static DeviceTensor<T> From(T[,,] items, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(items);
        return From(SpanBounds.Of<T>(items), [items.GetLength(0), items.GetLength(1), items.GetLength(2)], device);
    }

    /// <summary>A new tensor of rank 4 with the array's elements.</summary>
    public static DeviceTensor<T> From(T[,,,] items, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(items);
        return From(
            SpanBounds.Of<T>(items), [items.GetLength(0), items.GetLength(1), items.GetLength(2), items.GetLength(3)], device);
    }

    /// <summary>A new dense tensor, zeroed or with whatever the memory holds.</summary>
    internal static DeviceTensor<T> Allocate(Device device, ReadOnlySpan<long> shape, bool zeroed)
    {
        ArgumentNullException.ThrowIfNull(device);
        TensorLayout layout = TensorLayout.Dense(shape);
        return Owning(device, device.Allocate(BytesOf(in layout), zeroed), in layout);
    }

    /// <summary>A new dense tensor for what the next work on a stream writes, with whatever the memory holds.</summary>
    internal static DeviceTensor<T> AllocateResult(Device device, ReadOnlySpan<long> shape, CudaStream? stream)
    {
        TensorLayout layout = TensorLayout.Dense(shape);
        return Owning(device, device.AllocateResult(BytesOf(in layout), stream), in layout);
    }

    /// <summary>A copy on the CPU, so that a plain array can be passed as a capture; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(items))]
    public static implicit operator DeviceTensor<T>?(T[]? items) => items is null ? null : From(items);

    /// <inheritdoc cref="op_Implicit(T[])"/>
    [return: NotNullIfNotNull(nameof(items))]
    public static implicit operator DeviceTensor<T>?(T[,]? items) => items is null ? null : From(items);

    /// <inheritdoc cref="op_Implicit(T[])"/>
    [return: NotNullIfNotNull(nameof(items))]
    public static implicit operator DeviceTensor<T>?(T[,,]? items) => items is null ? null : From(items);

    /// <inheritdoc cref="op_Implicit(T[])"/>
    [return: NotNullIfNotNull(nameof(items))]
    public static implicit operator DeviceTensor<T>?(T[,,,]? items) => items is null ? null : From(items);

    /// <inheritdoc/>
    internal override void Clear(CudaStream? stream) => Device.Clear(Pointer, Length * sizeof(T), stream);

    private static DeviceTensor<T> Owning(Device device, DeviceMemory memory, in TensorLayout layout) =>
        new(device, memory.Address, in layout, memory, ownsMemory: true);

    private static long BytesOf(in TensorLayout layout) => checked(layout.Length * sizeof(T));
}
