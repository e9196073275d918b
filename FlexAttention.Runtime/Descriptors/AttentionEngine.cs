using FlexAttention.Cpu;
using FlexAttention.Execution;

namespace FlexAttention.Descriptors;

/// <summary>Runs variants. Called by generated code, whose typed methods are the way in for users.</summary>
public static partial class AttentionEngine
{
    /// <summary>Computes attention into a new output.</summary>
    /// <param name="q">[B, Hq, Lq, D]; any strides whose last is 1.</param>
    /// <param name="k">[B, Hkv, Lkv, D], where Hkv divides Hq.</param>
    /// <param name="v">[B, Hkv, Lkv, Dv].</param>
    /// <param name="variant">The generated struct, its captures bound.</param>
    /// <param name="options">What the call chooses; the defaults when null.</param>
    public static AttentionOutput<T> Forward<T, TVariant>(
        DeviceTensor<T> q, DeviceTensor<T> k, DeviceTensor<T> v, in TVariant variant, ForwardOptions? options = null)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        options ??= ForwardOptions.Default;
        ForwardArguments arguments = ForwardValidator.Inputs(q, k, v, options, TVariant.Descriptor);
        AttentionOutput<T> output = CreateOutput<T>(q.Device, in arguments, options);
        try
        {
            ForwardValidator.Output(output, options, q.Device, ref arguments);
            Run<T, TVariant>(q.Device, in arguments, in variant, options);
            output.Call = ForwardCall.Of(TVariant.Descriptor, arguments.Scale, options);
            GC.KeepAlive(q);
            GC.KeepAlive(k);
            GC.KeepAlive(v);
            return output;
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    /// <summary>Computes attention into an earlier output; after the first call, without an allocation.</summary>
    /// <param name="output">Tensors of the shapes that the other overload would return.</param>
    /// <inheritdoc cref="Forward{T, TVariant}(DeviceTensor{T}, DeviceTensor{T}, DeviceTensor{T}, in TVariant, ForwardOptions?)"/>
#pragma warning disable CS1573 // The other parameters are inherited.
    public static void Forward<T, TVariant>(
        DeviceTensor<T> q,
        DeviceTensor<T> k,
        DeviceTensor<T> v,
        in TVariant variant,
        AttentionOutput<T> output,
        ForwardOptions? options = null)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant>
#pragma warning restore CS1573
    {
        options ??= ForwardOptions.Default;
        ForwardArguments arguments = ForwardValidator.Inputs(q, k, v, options, TVariant.Descriptor);
        ForwardValidator.Output(output, options, q.Device, ref arguments);
        Run<T, TVariant>(q.Device, in arguments, in variant, options);
        output.Call = ForwardCall.Of(TVariant.Descriptor, arguments.Scale, options);
        GC.KeepAlive(q);
        GC.KeepAlive(k);
        GC.KeepAlive(v);
        GC.KeepAlive(output);
    }

    private static AttentionOutput<T> CreateOutput<T>(Device device, in ForwardArguments arguments, ForwardOptions options)
        where T : unmanaged
    {
        ReadOnlySpan<long> rows = [arguments.Batch, arguments.QHeads, arguments.QLength];
        return new AttentionOutput<T>(
            DeviceTensor<T>.AllocateResult(device, [.. rows, arguments.ValueDim], options.Stream),
            options.ReturnLse ? DeviceTensor<float>.AllocateResult(device, rows, options.Stream) : null,
            options.ReturnRowMax ? DeviceTensor<float>.AllocateResult(device, rows, options.Stream) : null);
    }

    private static void Run<T, TVariant>(
        Device device, in ForwardArguments arguments, in TVariant variant, ForwardOptions options)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        if (arguments.Batch == 0 || arguments.QHeads == 0 || arguments.QLength == 0)
            return;
        if (options.Checked)
            CheckedMode.Check(device, in arguments, in variant, options);
        if (device is CudaDevice gpu)
            CudaForward.Start<T, TVariant>(gpu, in arguments, in variant, options);
        else
            RunOnCpu<T, TVariant>(in arguments, in variant, options);
        GC.KeepAlive(options);
    }

    private static void RunOnCpu<T, TVariant>(in ForwardArguments arguments, in TVariant variant, ForwardOptions options)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        ForwardArguments problem = arguments;
        // The CPU kernel works with blocks of any size.
        if (options.BlockMask is { } mask)
            problem.Blocks = mask.ViewFor(tileM: 1, tileN: 1, out problem.Mask);
        CpuAttention.Forward<T, TVariant>(in problem, in variant);
    }
}
