using System.Reflection;
using System.Runtime.ExceptionServices;
using FlexAttention.Descriptors;

namespace FlexAttention.Tests.Variants;

/// <summary>
/// A variant's typed call with its captures on a device. The catalogue is enumerated, so the call's parameters are matched
/// at run time; a program writes <c>Biases.AlibiKernel.Forward(q, k, v, slopes)</c>.
/// </summary>
public sealed class VariantCall : IDisposable
{
    private readonly VariantInstance _instance;
    private readonly MethodInfo _forward;
    private readonly MethodInfo _backward;
    private readonly Dictionary<string, object> _captures = [];

    internal VariantCall(VariantInstance instance, Device device)
    {
        _instance = instance;
        Device = device;
        _forward = instance.Variant.Kernel.GetMethods().Single(
            method => method.Name == "Forward" && method.ReturnType != typeof(void));
        _backward = instance.Variant.Kernel.GetMethods().Single(
            method => method.Name == "Backward" && method.ReturnType != typeof(void));
        ParameterInfo[] parameters = _forward.GetParameters();
        // q, k and v come before the captures, the options after them.
        for (int i = 0; i < instance.Captures.Count; i++)
            _captures.Add(parameters[3 + i].Name!, CaptureTensors.From(instance.Captures[i], device));
    }

    /// <summary>The device that the captures are on.</summary>
    public Device Device { get; }

    /// <summary>The captured scalars and tensors, by the names of the method's parameters.</summary>
    public IReadOnlyDictionary<string, object> Captures => _captures;

    /// <summary>Computes attention.</summary>
    public AttentionOutput<T> Forward<T>(
        DeviceTensor<T> q, DeviceTensor<T> k, DeviceTensor<T> v, ForwardOptions? options = null)
        where T : unmanaged =>
        (AttentionOutput<T>)Invoke(_forward.MakeGenericMethod(typeof(T)), [q, k, v, .. _captures.Values, options])!;

    /// <summary>Computes gradients.</summary>
    public AttentionGradients<T> Backward<T>(
        DeviceTensor<T> q,
        DeviceTensor<T> k,
        DeviceTensor<T> v,
        AttentionOutput<T> output,
        DeviceTensor<T> dOutput,
        BackwardOptions? options = null)
        where T : unmanaged =>
        (AttentionGradients<T>)Invoke(
            _backward.MakeGenericMethod(typeof(T)), [q, k, v, .. _captures.Values, output, dOutput, options])!;

    /// <summary>The captures that learn, in order, each with its gradient in the results of a backward call.</summary>
    public IEnumerable<(int Capture, DeviceTensor<float> Gradient)> Learned<T>(AttentionGradients<T> gradients)
        where T : unmanaged
    {
        IReadOnlyList<CaptureDescriptor> captures = _instance.Variant.Descriptor.Captures;
        IEnumerable<PropertyInfo> properties = gradients.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(property => property.PropertyType == typeof(DeviceTensor<float>) && property.DeclaringType != typeof(AttentionGradients<T>));
        return Enumerable.Range(0, captures.Count)
            .Where(i => captures[i].IsLearnable)
            .Zip(properties, (capture, property) => (capture, (DeviceTensor<float>)property.GetValue(gradients)!));
    }

    /// <summary>Creates the block mask of the variant's mask, on the device of the captures.</summary>
    public BlockMask CreateBlockMask(BlockMaskOptions? options = null)
    {
        MethodInfo create = _instance.Variant.Kernel.GetMethod("CreateBlockMask")!;
        // Batch, heads and the two lengths come first, the options last.
        IEnumerable<object> captures = create.GetParameters()[4..^1].Select(parameter => _captures[parameter.Name!]);
        VariantShape shape = _instance.Shape;
        options ??= new BlockMaskOptions();
        return (BlockMask)Invoke(
            create, [shape.Batch, shape.Heads, shape.Queries, shape.Keys, .. captures, options with { Device = Device }])!;
    }

    /// <summary>Frees the captured tensors.</summary>
    public void Dispose()
    {
        foreach (DeviceTensor tensor in _captures.Values.OfType<DeviceTensor>())
            tensor.Dispose();
    }

    private static object? Invoke(MethodInfo method, object?[] arguments)
    {
        try
        {
            return method.Invoke(null, arguments);
        }
        catch (TargetInvocationException failure) when (failure.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }
}
