using System.Runtime.CompilerServices;
using FlexAttention.Execution;

namespace FlexAttention;

/// <summary>
/// The results of a backward call. Variants with captures that learn return a class of their own, which adds those.
/// </summary>
/// <typeparam name="T">The element type of q, k and v.</typeparam>
public class AttentionGradients<T> : IDisposable
    where T : unmanaged
{
    private readonly DeviceTensor<T>? _dq;
    private readonly DeviceTensor<T>? _dk;
    private readonly DeviceTensor<T>? _dv;
    private readonly DeviceTensor<float>? _dSinks;
    private readonly DeviceTensor<float>[] _captures;

    internal AttentionGradients(
        DeviceTensor<T>? dq, DeviceTensor<T>? dk, DeviceTensor<T>? dv, DeviceTensor<float>? dSinks, DeviceTensor<float>[] captures)
    {
        (_dq, _dk, _dv, _dSinks, _captures) = (dq, dk, dv, dSinks, captures);
    }

    /// <summary>Takes over the tensors of another object. Called by generated code.</summary>
    protected AttentionGradients(AttentionGradients<T> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        (_dq, _dk, _dv) = (gradients._dq, gradients._dk, gradients._dv);
        (_dSinks, _captures) = (gradients._dSinks, gradients._captures);
    }

    /// <summary>The gradient of the queries, [B, Hq, Lq, D].</summary>
    /// <exception cref="InvalidOperationException">It was not asked for.</exception>
    public DeviceTensor<T> Dq => _dq ?? throw NotComputed(GradientKinds.Query);

    /// <summary>The gradient of the keys, [B, Hkv, Lkv, D].</summary>
    /// <exception cref="InvalidOperationException">It was not asked for.</exception>
    public DeviceTensor<T> Dk => _dk ?? throw NotComputed(GradientKinds.Key);

    /// <summary>The gradient of the values, [B, Hkv, Lkv, Dv].</summary>
    /// <exception cref="InvalidOperationException">It was not asked for.</exception>
    public DeviceTensor<T> Dv => _dv ?? throw NotComputed(GradientKinds.Value);

    /// <summary>The gradient of the sinks, [Hq].</summary>
    /// <exception cref="InvalidOperationException">It was not asked for, or the call had no sinks.</exception>
    public DeviceTensor<float> DSinks => _dSinks ?? throw new InvalidOperationException(
        "DSinks was not computed: pass the sinks in BackwardOptions.Sinks and ask for GradientKinds.Sinks.");

    /// <summary>The gradients of queries, keys and values.</summary>
    public void Deconstruct(out DeviceTensor<T> dq, out DeviceTensor<T> dk, out DeviceTensor<T> dv) => (dq, dk, dv) = (Dq, Dk, Dv);

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        _dq?.Dispose();
        _dk?.Dispose();
        _dv?.Dispose();
        _dSinks?.Dispose();
        foreach (DeviceTensor<float> capture in _captures)
            capture.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The gradients of the captures that learn, in their order; none where they were not asked for.</summary>
    internal DeviceTensor<float>[] Captures => _captures;

    /// <summary>The tensors of one kind that is no capture; null where it was not asked for.</summary>
    internal DeviceTensor? Of(GradientKinds kind) => kind switch
    {
        GradientKinds.Query => _dq,
        GradientKinds.Key => _dk,
        GradientKinds.Value => _dv,
        GradientKinds.Sinks => _dSinks,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a single tensor."),
    };

    /// <summary>Tells a problem where the results of some kinds go, which are there.</summary>
    internal unsafe void AddTo(ref BackwardArguments arguments, GradientKinds kinds)
    {
        arguments.DQ = (void*)PointerTo(GradientKinds.Query, kinds);
        arguments.DK = (void*)PointerTo(GradientKinds.Key, kinds);
        arguments.DV = (void*)PointerTo(GradientKinds.Value, kinds);
        arguments.DSinks = (float*)PointerTo(GradientKinds.Sinks, kinds);
    }

    /// <summary>Fills the tensors of some kinds, which are there, with zeros.</summary>
    internal void Clear(GradientKinds kinds, CudaStream? stream)
    {
        Clear(GradientKinds.Query, kinds, stream);
        Clear(GradientKinds.Key, kinds, stream);
        Clear(GradientKinds.Value, kinds, stream);
        Clear(GradientKinds.Sinks, kinds, stream);
        if (!kinds.HasAny(GradientKinds.Captures))
            return;
        foreach (DeviceTensor<float> capture in _captures)
            capture.Clear(stream);
    }

    /// <summary>The gradient of a capture that learns, by its position among those.</summary>
    protected DeviceTensor<float> OfCapture(int position, [CallerMemberName] string property = "") =>
        position < _captures.Length ? _captures[position] : throw NotComputed(GradientKinds.Captures, property);

    private nint PointerTo(GradientKinds kind, GradientKinds kinds) => kinds.HasAny(kind) ? Of(kind)!.Pointer : 0;

    private void Clear(GradientKinds kind, GradientKinds kinds, CudaStream? stream)
    {
        if (kinds.HasAny(kind))
            Of(kind)!.Clear(stream);
    }

    private static InvalidOperationException NotComputed(GradientKinds kind, [CallerMemberName] string property = "") =>
        new($"{property} was not computed: ask for GradientKinds.{kind} in BackwardOptions.Gradients.");
}
