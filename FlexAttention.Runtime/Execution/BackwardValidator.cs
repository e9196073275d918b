using FlexAttention.Descriptors;

namespace FlexAttention.Execution;

/// <summary>Checks everything that a caller can get wrong in a backward call beside what a forward call checks.</summary>
internal static unsafe class BackwardValidator
{
    private const string GradientsName = "gradients";

    /// <summary>Checks the inputs and describes the problem, without its results.</summary>
    public static BackwardArguments Inputs<T>(
        DeviceTensor<T> q,
        DeviceTensor<T> k,
        DeviceTensor<T> v,
        AttentionOutput<T> output,
        DeviceTensor<T> dOutput,
        BackwardOptions options,
        VariantDescriptor variant)
        where T : unmanaged
    {
        ForwardOptions forward = options.Forward;
        var arguments = new BackwardArguments { Forward = ForwardValidator.Inputs(q, k, v, forward, variant) };
        ArgumentNullException.ThrowIfNull(output);
        if (output.Lse is null)
        {
            throw new ArgumentException(
                "The output has no lse, which the backward call needs: run Forward with ForwardOptions.ReturnLse.", nameof(output));
        }

        ForwardValidator.Output(output, forward, q.Device, ref arguments.Forward);
        if (output.Call is { } call)
            SameCall(in call, in arguments.Forward, options, variant);
        AddOutputGradient(dOutput, q.Device, ref arguments);
        if (options.DLse is { } dLse)
            arguments.DLse = LseGradient(dLse, q.Device, in arguments.Forward);
        return arguments;
    }

    /// <summary>
    /// Probabilities are computed anew from the lse: with another variant, scale or other sinks they would not add up to one.
    /// </summary>
    private static void SameCall(in ForwardCall call, in ForwardArguments forward, BackwardOptions options, VariantDescriptor variant)
    {
        if (!ReferenceEquals(call.Variant, variant))
        {
            throw new ArgumentException(
                $"The output is that of '{call.Variant.Name}', but '{variant.Name}' is to be differentiated.", "output");
        }

        if (!call.HasLse)
        {
            throw new ArgumentException(
                "The last forward call into this output left its lse as it was: ask for it with ForwardOptions.ReturnLse.", "output");
        }

        if (call.Scale != forward.Scale)
        {
            throw new ArgumentException(
                $"The forward call had the scale {call.Scale}, but the options say {forward.Scale}: repeat it in BackwardOptions.Scale.",
                nameof(options));
        }

        if (call.HasSinks != options.Sinks is not null)
        {
            throw new ArgumentException(
                call.HasSinks
                    ? "The forward call had sinks, but the options have none: repeat them in BackwardOptions.Sinks."
                    : "The forward call had no sinks, but BackwardOptions.Sinks has some.",
                nameof(options));
        }
    }

    /// <summary>Checks that there is an entry for each capture that learns.</summary>
    public static void Learnable(ReadOnlySpan<DeviceTensor?> learnable, VariantDescriptor variant)
    {
        if (learnable.Length != variant.Learnable.Count)
        {
            throw new ArgumentException(
                $"'{variant.Name}' has {variant.Learnable.Count} captures that learn, but {learnable.Length} were given.", nameof(learnable));
        }
    }

    /// <summary>Checks the tensors to write into.</summary>
    public static void Results<T>(
        AttentionGradients<T> gradients, GradientKinds kinds, Device device, in BackwardArguments problem, ReadOnlySpan<DeviceTensor?> learnable)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(gradients);
        ref readonly ForwardArguments forward = ref problem.Forward;
        Result(gradients, GradientKinds.Query, kinds, device, [forward.Batch, forward.QHeads, forward.QLength, forward.HeadDim]);
        Result(gradients, GradientKinds.Key, kinds, device, [forward.Batch, forward.KvHeads, forward.KvLength, forward.HeadDim]);
        Result(gradients, GradientKinds.Value, kinds, device, [forward.Batch, forward.KvHeads, forward.KvLength, forward.ValueDim]);
        Result(gradients, GradientKinds.Sinks, kinds, device, [forward.QHeads]);
        OwnMemory(gradients, GradientKinds.Query, kinds, in problem);
        OwnMemory(gradients, GradientKinds.Key, kinds, in problem);
        OwnMemory(gradients, GradientKinds.Value, kinds, in problem);
        if (!kinds.HasAny(GradientKinds.Captures))
            return;
        if (gradients.Captures.Length != learnable.Length)
            throw Missing(GradientKinds.Captures);
        for (int i = 0; i < learnable.Length; i++)
            Result(gradients.Captures[i], device, AttentionEngine.CaptureShape(learnable[i]));
    }

    private static void Result<T>(
        AttentionGradients<T> gradients, GradientKinds kind, GradientKinds kinds, Device device, ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        if (kinds.HasAny(kind))
            Result(gradients.Of(kind) ?? throw Missing(kind), device, shape);
    }

    /// <summary>Gradients are always made by an earlier call, and dense.</summary>
    private static void Result(DeviceTensor tensor, Device device, ReadOnlySpan<long> shape)
    {
        TensorChecks.Usable(tensor, shape.Length, device, GradientsName);
        TensorChecks.Shape(tensor, shape, GradientsName);
    }

    /// <summary>A kernel reads the inputs while others have written results already.</summary>
    private static void OwnMemory<T>(AttentionGradients<T> gradients, GradientKinds kind, GradientKinds kinds, in BackwardArguments problem)
        where T : unmanaged
    {
        if (!kinds.HasAny(kind) || gradients.Of(kind) is not { Length: > 0 } tensor)
            return;
        nint start = tensor.Pointer;
        ref readonly ForwardArguments forward = ref problem.Forward;
        if (start == (nint)forward.Q || start == (nint)forward.K || start == (nint)forward.V
            || start == (nint)forward.Output || start == (nint)problem.DOutput)
        {
            throw new ArgumentException(
                $"The gradient of GradientKinds.{kind} must have memory of its own: kernels read q, k, v, the output and its gradient meanwhile.",
                GradientsName);
        }
    }

    private static ArgumentException Missing(GradientKinds kind) => new(
        $"The options ask for GradientKinds.{kind}, but the gradients to write into were made without it.", GradientsName);

    private static void AddOutputGradient<T>(DeviceTensor<T> dOutput, Device device, ref BackwardArguments arguments)
        where T : unmanaged
    {
        ref ForwardArguments forward = ref arguments.Forward;
        TensorChecks.Usable(dOutput, 4, device, nameof(dOutput));
        TensorChecks.RowsUnitStride(dOutput, nameof(dOutput));
        TensorChecks.Shape(dOutput, [forward.Batch, forward.QHeads, forward.QLength, forward.ValueDim], nameof(dOutput));
        arguments.DOutput = (void*)dOutput.Pointer;
        arguments.DOutputStrides = new RowStrides(dOutput.Strides);
    }

    private static float* LseGradient(DeviceTensor<float> dLse, Device device, in ForwardArguments forward)
    {
        const string name = nameof(BackwardOptions.DLse);
        TensorChecks.Usable(dLse, 3, device, name);
        TensorChecks.Shape(dLse, [forward.Batch, forward.QHeads, forward.QLength], name);
        if (!dLse.IsContiguous)
            throw new ArgumentException("The gradient of the lse must be contiguous.", name);
        return (float*)dLse.Pointer;
    }
}
