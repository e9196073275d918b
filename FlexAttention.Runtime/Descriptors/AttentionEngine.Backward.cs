using FlexAttention.Cpu;
using FlexAttention.Cpu.Backward;
using FlexAttention.Cpu.Forward;
using FlexAttention.Execution;

namespace FlexAttention.Descriptors;

/// <content>Backward calls.</content>
public static partial class AttentionEngine
{
    /// <summary>Computes gradients into new tensors.</summary>
    /// <param name="q">[B, Hq, Lq, D], as in the forward call.</param>
    /// <param name="k">[B, Hkv, Lkv, D].</param>
    /// <param name="v">[B, Hkv, Lkv, Dv].</param>
    /// <param name="variant">The generated struct, its captures bound.</param>
    /// <param name="output">What the forward call returned, with its lse.</param>
    /// <param name="dOutput">The gradient of the output, [B, Hq, Lq, Dv]; any strides whose last is 1.</param>
    /// <param name="learnable">The captured tensors that learn, in the order of the captures; null for a scalar.</param>
    /// <param name="options">What the call chooses; the defaults when null.</param>
    /// <returns>The gradients that the options ask for.</returns>
    /// <exception cref="ArgumentException">A tensor or an option does not fit the call, or the output has no lse.</exception>
    /// <exception cref="NotSupportedException">There is no kernel for the element type or the sizes on that device.</exception>
    public static AttentionGradients<T> Backward<T, TVariant>(
        DeviceTensor<T> q,
        DeviceTensor<T> k,
        DeviceTensor<T> v,
        in TVariant variant,
        AttentionOutput<T> output,
        DeviceTensor<T> dOutput,
        ReadOnlySpan<DeviceTensor?> learnable,
        BackwardOptions? options = null)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        options ??= BackwardOptions.Default;
        BackwardArguments arguments = BackwardValidator.Inputs(q, k, v, output, dOutput, options, TVariant.Descriptor);
        BackwardValidator.Learnable(learnable, TVariant.Descriptor);
        GradientKinds kinds = KindsOf(options, TVariant.Descriptor);
        AttentionGradients<T> gradients = CreateGradients<T>(q.Device, in arguments.Forward, kinds, learnable, options.Stream);
        try
        {
            Run(q.Device, ref arguments, in variant, options, kinds, gradients);
            GC.KeepAlive(q);
            GC.KeepAlive(k);
            GC.KeepAlive(v);
            GC.KeepAlive(output);
            GC.KeepAlive(dOutput);
            return gradients;
        }
        catch
        {
            gradients.Dispose();
            throw;
        }
    }

    /// <summary>Computes gradients into those of an earlier call; after the first call on a GPU, without an allocation.</summary>
    /// <param name="gradients">What the other overload returned for such a call.</param>
    /// <inheritdoc cref="Backward{T, TVariant}(DeviceTensor{T}, DeviceTensor{T}, DeviceTensor{T}, in TVariant, AttentionOutput{T}, DeviceTensor{T}, ReadOnlySpan{DeviceTensor}, BackwardOptions?)"/>
#pragma warning disable CS1573 // The other parameters are inherited.
    public static void Backward<T, TVariant>(
        DeviceTensor<T> q,
        DeviceTensor<T> k,
        DeviceTensor<T> v,
        in TVariant variant,
        AttentionOutput<T> output,
        DeviceTensor<T> dOutput,
        ReadOnlySpan<DeviceTensor?> learnable,
        AttentionGradients<T> gradients,
        BackwardOptions? options = null)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant>
#pragma warning restore CS1573
    {
        options ??= BackwardOptions.Default;
        BackwardArguments arguments = BackwardValidator.Inputs(q, k, v, output, dOutput, options, TVariant.Descriptor);
        BackwardValidator.Learnable(learnable, TVariant.Descriptor);
        GradientKinds kinds = KindsOf(options, TVariant.Descriptor);
        BackwardValidator.Results(gradients, kinds, q.Device, in arguments, learnable);
        Run(q.Device, ref arguments, in variant, options, kinds, gradients);
        GC.KeepAlive(q);
        GC.KeepAlive(k);
        GC.KeepAlive(v);
        GC.KeepAlive(output);
        GC.KeepAlive(dOutput);
        GC.KeepAlive(gradients);
    }

    /// <summary>What was asked for and there is.</summary>
    private static GradientKinds KindsOf(BackwardOptions options, VariantDescriptor variant)
    {
        GradientKinds kinds = options.Gradients & GradientKinds.All;
        if (options.Sinks is null)
            kinds &= ~GradientKinds.Sinks;
        return variant.Learnable.Count > 0 ? kinds : kinds & ~GradientKinds.Captures;
    }

    private static AttentionGradients<T> CreateGradients<T>(
        Device device, in ForwardArguments arguments, GradientKinds kinds, ReadOnlySpan<DeviceTensor?> learnable, CudaStream? stream)
        where T : unmanaged
    {
        ReadOnlySpan<long> queries = [arguments.Batch, arguments.QHeads, arguments.QLength, arguments.HeadDim];
        ReadOnlySpan<long> keys = [arguments.Batch, arguments.KvHeads, arguments.KvLength, arguments.HeadDim];
        ReadOnlySpan<long> values = [arguments.Batch, arguments.KvHeads, arguments.KvLength, arguments.ValueDim];
        DeviceTensor<float>[] captures = kinds.HasAny(GradientKinds.Captures) ? new DeviceTensor<float>[learnable.Length] : [];
        for (int i = 0; i < captures.Length; i++)
            captures[i] = DeviceTensor<float>.AllocateResult(device, CaptureShape(learnable[i]), stream);
        return new AttentionGradients<T>(
            kinds.HasAny(GradientKinds.Query) ? DeviceTensor<T>.AllocateResult(device, queries, stream) : null,
            kinds.HasAny(GradientKinds.Key) ? DeviceTensor<T>.AllocateResult(device, keys, stream) : null,
            kinds.HasAny(GradientKinds.Value) ? DeviceTensor<T>.AllocateResult(device, values, stream) : null,
            kinds.HasAny(GradientKinds.Sinks) ? DeviceTensor<float>.AllocateResult(device, [arguments.QHeads], stream) : null,
            captures);
    }

    /// <summary>The shape of the gradient of a captured tensor, or of a scalar.</summary>
    internal static ReadOnlySpan<long> CaptureShape(DeviceTensor? captured) => captured is null ? [1] : captured.Shape;

    private static void Run<T, TVariant>(
        Device device,
        ref BackwardArguments arguments,
        in TVariant variant,
        BackwardOptions options,
        GradientKinds kinds,
        AttentionGradients<T> gradients)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        if (kinds == GradientKinds.None)
            return;
        gradients.AddTo(ref arguments, kinds);
        ref readonly ForwardArguments forward = ref arguments.Forward;
        if (forward.Batch == 0 || forward.QHeads == 0 || forward.QLength == 0)
        {
            // Nothing has a gradient but zero.
            gradients.Clear(kinds, options.Stream);
            return;
        }

        if (options.Checked)
            CheckedMode.Check(device, in forward, in variant, options.Forward);
        if (device is CudaDevice gpu)
        {
            CudaBackward.Start<T, TVariant>(
                gpu, in arguments, in variant, options, kinds, kinds.HasAny(GradientKinds.Captures) ? gradients.Captures : []);
        }
        else
        {
            gradients.Clear(kinds, stream: null);
            var problem = BackwardProblem.Of(in arguments, options.BlockMask, kinds, CaptureOutputs(gradients, kinds, TVariant.Descriptor));
            CpuBackward.Run<T, TVariant>(in problem, in variant, VectorWidths.Widest);
        }

        GC.KeepAlive(options);
    }

    private static CaptureOutput[] CaptureOutputs<T>(AttentionGradients<T> gradients, GradientKinds kinds, VariantDescriptor variant)
        where T : unmanaged =>
        kinds.HasAny(GradientKinds.Captures)
            ? [.. variant.Learnable.Select((capture, i) => new CaptureOutput(gradients.Captures[i], capture.IndexedBy))]
            : [];
}
