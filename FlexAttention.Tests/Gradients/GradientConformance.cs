using FlexAttention.Cpu;
using FlexAttention.Tests.Conformance;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Gradients;

/// <summary>Holds the gradients of a variant, of one shape and element type, to the dense reference.</summary>
internal sealed class GradientConformance<T> : IDisposable
    where T : unmanaged
{
    /// <summary>The elements of each capture that are looked at.</summary>
    private const int Samples = 12;

    private readonly VariantInstance _instance;
    private readonly ProblemTensors<T> _tensors;
    private readonly DeviceTensor<T> _dOutput;
    private readonly DeviceTensor<float> _dLse;
    private readonly DeviceTensor<float> _sinks;
    private readonly VariantCall _call;
    private readonly string _what;

    private GradientConformance(VariantCase variant, ProblemShape shape)
    {
        var random = new Random(11);
        _what = $"{typeof(T).Name} {shape}";
        _instance = variant.Create(shape.Variant, seed: 7);
        _tensors = new ProblemTensors<T>(shape, Device.Cpu);
        _dOutput = Draw<T>(random, shape.Batch, shape.Heads, shape.Queries, shape.ValueDim);
        _dLse = Draw<float>(random, shape.Batch, shape.Heads, shape.Queries);
        _sinks = Draw<float>(random, shape.Heads);
        _call = _instance.On(Device.Cpu);
    }

    /// <summary>Checks every gradient, with sinks and a gradient of the lse, with and without a block mask.</summary>
    /// <param name="variant">The variant.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="tolerance">What gradients may be off by, relative to the largest.</param>
    public static void Check(VariantCase variant, ProblemShape shape, double tolerance)
    {
        using var conformance = new GradientConformance<T>(variant, shape);
        ReferenceGradients expected = conformance.Reference();
        conformance.Check(null, expected, tolerance);
        if (!variant.Descriptor.HasMask)
            return;
        using BlockMask mask = conformance._call.CreateBlockMask(new BlockMaskOptions { QueryBlockSize = 48, KeyBlockSize = 80 });
        conformance.Check(mask, expected, tolerance);
    }

    public void Dispose()
    {
        _tensors.Dispose();
        _dOutput.Dispose();
        _dLse.Dispose();
        _sinks.Dispose();
        _call.Dispose();
    }

    private ReferenceGradients Reference() => ReferenceGradients.Compute(
        ReferenceAttention.Of(
            _tensors.Q, _tensors.K, _tensors.V, _instance.OracleScore, _instance.OracleKeeps, sinks: _sinks.ToArray()),
        Elements.Widen(_dOutput.ToArray()),
        Elements.Widen(_dLse.ToArray()));

    private void Check(BlockMask? mask, ReferenceGradients expected, double tolerance)
    {
        string what = mask is null ? _what : _what + ", block mask";
        using AttentionOutput<T> output = _call.Forward(
            _tensors.Q, _tensors.K, _tensors.V, new ForwardOptions { BlockMask = mask, Sinks = _sinks, ReturnLse = true });
        using AttentionGradients<T> gradients = _call.Backward(
            _tensors.Q, _tensors.K, _tensors.V, output, _dOutput, new BackwardOptions { BlockMask = mask, Sinks = _sinks, DLse = _dLse });
        GradientBound.Check(gradients.Dq.ToArray(), expected.Dq, tolerance, $"dq, {what}");
        GradientBound.Check(gradients.Dk.ToArray(), expected.Dk, tolerance, $"dk, {what}");
        GradientBound.Check(gradients.Dv.ToArray(), expected.Dv, tolerance, $"dv, {what}");
        GradientBound.Check(gradients.DSinks.ToArray(), expected.DSinks, tolerance, $"dSinks, {what}");
        foreach ((int capture, DeviceTensor<float> gradient) in _call.Learned(gradients))
            CheckCapture(capture, gradient, expected, tolerance, what);
    }

    private void CheckCapture(int capture, DeviceTensor<float> gradient, ReferenceGradients expected, double tolerance, string what)
    {
        float[] actual = gradient.ToArray();
        int count = Math.Min(Samples, actual.Length);
        int[] elements = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * actual.Length / count))];
        double[] sampled = [.. elements.Select(element => Expected(new LearnedElement(_instance, capture, element), expected))];
        GradientBound.Check(
            Array.ConvertAll(elements, element => actual[element]),
            sampled,
            Math.Max(tolerance, GradientBound.OfSteps),
            $"gradient of capture {_instance.Variant.Descriptor.Captures[capture].Name}, {what}");
    }

    private static double Expected(LearnedElement element, ReferenceGradients gradients) =>
        gradients.Of((score, b, h, q, kv) => element.Derivative(instance => instance.OracleScore(score, b, h, q, kv)));

    private static DeviceTensor<TItem> Draw<TItem>(Random random, params long[] shape)
        where TItem : unmanaged
    {
        DeviceTensor<TItem> tensor = DeviceTensor<TItem>.Create(Device.Cpu, shape);
        foreach (ref TItem item in tensor.AsSpan())
            item = Elements.Round<TItem>(random.NextSigned());
        return tensor;
    }
}
