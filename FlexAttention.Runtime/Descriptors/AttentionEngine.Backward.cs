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
        if (!q.Device.IsCpu)
        {
            throw new NotSupportedException(
                $"Gradients are computed on the CPU so far, but the tensors are on {q.Device}: copy them with To(Device.Cpu).");
        }

        GradientKinds kinds = KindsOf(options, TVariant.Descriptor);
        CaptureOutput[] captures = kinds.HasFlag(GradientKinds.Captures) ? CreateCaptures(TVariant.Descriptor, learnable) : [];
        AttentionGradients<T> gradients = CreateGradients<T>(in arguments.Forward, kinds, captures);
        try
        {
            gradients.AddTo(ref arguments);
            Run<T, TVariant>(in arguments, in variant, options, kinds, captures);
            GC.KeepAlive(q);
            GC.KeepAlive(k);
            GC.KeepAlive(v);
            GC.KeepAlive(output);
            GC.KeepAlive(dOutput);
            GC.KeepAlive(options);
            return gradients;
        }
        catch
        {
            gradients.Dispose();
            throw;
        }
    }

    /// <summary>What was asked for and there is.</summary>
    private static GradientKinds KindsOf(BackwardOptions options, VariantDescriptor variant)
    {
        GradientKinds kinds = options.Gradients & GradientKinds.All;
        if (options.Sinks is null)
            kinds &= ~GradientKinds.Sinks;
        return variant.Captures.Any(static capture => capture.IsLearnable) ? kinds : kinds & ~GradientKinds.Captures;
    }

    private static AttentionGradients<T> CreateGradients<T>(
        in ForwardArguments arguments, GradientKinds kinds, CaptureOutput[] captures)
        where T : unmanaged
    {
        ReadOnlySpan<long> queries = [arguments.Batch, arguments.QHeads, arguments.QLength, arguments.HeadDim];
        ReadOnlySpan<long> keys = [arguments.Batch, arguments.KvHeads, arguments.KvLength, arguments.HeadDim];
        ReadOnlySpan<long> values = [arguments.Batch, arguments.KvHeads, arguments.KvLength, arguments.ValueDim];
        return new AttentionGradients<T>(
            kinds.HasFlag(GradientKinds.Query) ? DeviceTensor<T>.Create(Device.Cpu, queries) : null,
            kinds.HasFlag(GradientKinds.Key) ? DeviceTensor<T>.Create(Device.Cpu, keys) : null,
            kinds.HasFlag(GradientKinds.Value) ? DeviceTensor<T>.Create(Device.Cpu, values) : null,
            kinds.HasFlag(GradientKinds.Sinks) ? DeviceTensor<float>.Create(Device.Cpu, arguments.QHeads) : null,
            Array.ConvertAll(captures, static capture => capture.Result));
    }

    private static CaptureOutput[] CreateCaptures(VariantDescriptor variant, ReadOnlySpan<DeviceTensor?> learnable)
    {
        CaptureDescriptor[] captures = [.. variant.Captures.Where(static capture => capture.IsLearnable)];
        var outputs = new CaptureOutput[captures.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            ReadOnlySpan<long> shape = learnable[i] is { } tensor ? tensor.Shape : [1];
            outputs[i] = new CaptureOutput(DeviceTensor<float>.Create(Device.Cpu, shape), captures[i].IndexedBy);
        }

        return outputs;
    }

    private static void Run<T, TVariant>(
        in BackwardArguments arguments, in TVariant variant, BackwardOptions options, GradientKinds kinds, CaptureOutput[] captures)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        // Without queries, or without heads, nothing has a gradient but zero, which is what new tensors hold.
        ref readonly ForwardArguments forward = ref arguments.Forward;
        if (kinds == GradientKinds.None || forward.Batch == 0 || forward.QHeads == 0 || forward.QLength == 0)
            return;
        if (options.Checked)
            CheckedMode.Check(Device.Cpu, in forward, in variant, options.ToForward());
        var problem = BackwardProblem.Of(in arguments, options.BlockMask, kinds, captures);
        CpuBackward.Run<T, TVariant>(in problem, in variant, VectorWidths.Widest);
    }
}
