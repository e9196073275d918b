using System.Diagnostics.CodeAnalysis;
using FlexAttention.Descriptors;

namespace FlexAttention.Execution;

/// <summary>Checks everything that a caller can get wrong in a forward call, so that kernels need not.</summary>
internal static unsafe class ForwardValidator
{
    private const int MaximumHeadDim = 256;

    /// <summary>Checks the inputs and describes the problem, without its output.</summary>
    public static ForwardArguments Inputs<T>(
        DeviceTensor<T> q, DeviceTensor<T> k, DeviceTensor<T> v, ForwardOptions options, VariantDescriptor variant)
        where T : unmanaged
    {
        TensorChecks.Usable(q, 4, null, nameof(q));
        Device device = q.Device;
        TensorChecks.Usable(k, 4, device, nameof(k));
        TensorChecks.Usable(v, 4, device, nameof(v));
        CheckElementType(q);
        ReadOnlySpan<long> shape = q.Shape, keys = k.Shape, values = v.Shape;
        TensorChecks.RowsUnitStride(q, nameof(q));
        TensorChecks.RowsUnitStride(k, nameof(k));
        TensorChecks.RowsUnitStride(v, nameof(v));
        CheckHeadDim(shape[3], nameof(q));
        CheckHeadDim(values[3], nameof(v));
        Require(keys[3] == shape[3], nameof(k), "k and q must have the same head dimension.", q, k);
        Require(keys[0] == shape[0], nameof(k), "k and q must have the same batch size.", q, k);
        Require(values[0] == shape[0], nameof(v), "v and q must have the same batch size.", q, v);
        Require(values[1] == keys[1], nameof(v), "v and k must have the same number of heads.", k, v);
        Require(values[2] == keys[2], nameof(v), "v and k must have the same number of keys.", k, v);
        Require(
            keys[1] == 0 ? shape[1] == 0 : shape[1] % keys[1] == 0,
            nameof(k),
            "the number of query heads must be a multiple of the number of key/value heads.",
            q,
            k);

        var arguments = new ForwardArguments
        {
            Q = (void*)q.Pointer,
            K = (void*)k.Pointer,
            V = (void*)v.Pointer,
            QStrides = new RowStrides(q.Strides),
            KStrides = new RowStrides(k.Strides),
            VStrides = new RowStrides(v.Strides),
            Batch = TensorChecks.ToInt(shape[0], nameof(q)),
            QHeads = TensorChecks.ToInt(shape[1], nameof(q)),
            KvHeads = TensorChecks.ToInt(keys[1], nameof(k)),
            QLength = TensorChecks.ToInt(shape[2], nameof(q)),
            KvLength = TensorChecks.ToInt(keys[2], nameof(k)),
            HeadDim = (int)shape[3],
            ValueDim = (int)values[3],
            Scale = options.Scale ?? (float)(1 / Math.Sqrt(shape[3])),
        };
        CheckOptions(options, device, in arguments);
        arguments.Sinks = options.Sinks is null ? null : (float*)options.Sinks.Pointer;
        options.BlockMask?.Validate(
            variant,
            arguments.Batch,
            arguments.QHeads,
            arguments.QLength,
            arguments.KvLength,
            device,
            nameof(ForwardOptions.BlockMask));
        return arguments;
    }

    /// <summary>Checks the tensors to write into and adds them to the problem.</summary>
    public static void Output<T>(AttentionOutput<T> output, ForwardOptions options, Device device, ref ForwardArguments arguments)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(output);
        DeviceTensor<T> result = output.Output;
        TensorChecks.Usable(result, 4, device, nameof(output));
        TensorChecks.RowsUnitStride(result, nameof(output));
        TensorChecks.Shape(result, [arguments.Batch, arguments.QHeads, arguments.QLength, arguments.ValueDim], nameof(output));
        TensorChecks.NotRepeated(result, nameof(output));
        nint start = result.Pointer;
        if (result.Length > 0 && (start == (nint)arguments.Q || start == (nint)arguments.K || start == (nint)arguments.V))
            throw new ArgumentException("The output must have memory of its own: a kernel reads q, k and v while it writes.", nameof(output));
        arguments.Output = (void*)result.Pointer;
        arguments.OutputStrides = new RowStrides(result.Strides);
        if (options.ReturnLse)
            arguments.Lse = RowOutput(output.Lse, nameof(ForwardOptions.ReturnLse), device, in arguments);
        if (options.ReturnRowMax)
            arguments.RowMax = RowOutput(output.RowMax, nameof(ForwardOptions.ReturnRowMax), device, in arguments);
    }

    private static float* RowOutput(DeviceTensor<float>? tensor, string option, Device device, in ForwardArguments arguments)
    {
        const string parameter = "output";
        if (tensor is null)
            throw new ArgumentException($"{option} is set, but the output has no tensor for it.", parameter);
        TensorChecks.Usable(tensor, 3, device, parameter);
        TensorChecks.Shape(tensor, [arguments.Batch, arguments.QHeads, arguments.QLength], parameter);
        if (!tensor.IsContiguous)
            throw new ArgumentException($"The tensor for {option} must be contiguous.", parameter);
        return (float*)tensor.Pointer;
    }

    private static void CheckElementType<T>(DeviceTensor<T> q)
        where T : unmanaged
    {
        bool supported = q.ElementType is ElementType.Float16 or ElementType.BFloat16 or ElementType.Float32
            || (q.ElementType is ElementType.Float64 && q.Device.IsCpu);
        if (!supported)
        {
            throw new NotSupportedException(
                $"Attention over {q.ElementType} is not supported on {q.Device}: use Half, BFloat16 or float" +
                (q.Device.IsCpu ? ", or double." : "; double runs on the CPU."));
        }
    }

    private static void CheckHeadDim(long headDim, string parameter)
    {
        if (headDim is < 1 or > MaximumHeadDim)
            throw new ArgumentOutOfRangeException(parameter, headDim, $"The head dimension of {parameter} must be 1 to {MaximumHeadDim}.");
    }

    private static void CheckOptions(ForwardOptions options, Device device, in ForwardArguments arguments)
    {
        if (!float.IsFinite(arguments.Scale))
            throw new ArgumentOutOfRangeException(nameof(options), arguments.Scale, "ForwardOptions.Scale must be finite.");
        if (options.Sinks is { } sinks)
        {
            TensorChecks.Usable(sinks, 1, device, nameof(ForwardOptions.Sinks));
            TensorChecks.Shape(sinks, [arguments.QHeads], nameof(ForwardOptions.Sinks));
            if (!sinks.IsContiguous)
                throw new ArgumentException("The sinks must be contiguous.", nameof(ForwardOptions.Sinks));
        }

        if (options.Stream is { } stream)
        {
            if (stream.Device != device)
            {
                throw new ArgumentException(
                    $"The stream belongs to {stream.Device}, but the tensors are on {device}.", nameof(ForwardOptions.Stream));
            }

            _ = stream.RawHandle;
        }
    }

    private static void Require([DoesNotReturnIf(false)] bool condition, string parameter, string rule, DeviceTensor first, DeviceTensor second)
    {
        if (!condition)
            throw new ArgumentException($"{rule} The shapes are {first.ShapeText} and {second.ShapeText}.", parameter);
    }
}
