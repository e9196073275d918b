using FlexAttention.Cpu;
using FlexAttention.Tests.Conformance;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Gradients;

/// <summary>Holds the gradients of a variant, of one shape and element type on one device, to the dense reference.</summary>
internal sealed class GradientConformance<T> : IDisposable
    where T : unmanaged
{
    /// <summary>The elements of each capture that are looked at.</summary>
    private const int Samples = 12;

    private readonly VariantInstance _instance;
    private readonly GradientSettings _settings;
    private readonly ProblemTensors<T> _tensors;
    private readonly DeviceTensor<T> _dOutputMemory;
    private readonly DeviceTensor<T> _dOutput;
    private readonly DeviceTensor<float>? _dLse;
    private readonly DeviceTensor<float>? _sinks;
    private readonly VariantCall _call;
    private readonly ReferenceGradients _expected;
    private readonly NaiveGradients? _naive;
    private readonly string _what;

    private GradientConformance(VariantCase variant, ProblemShape shape, Device device, GradientSettings settings)
    {
        var random = new Random(11);
        _what = $"{typeof(T).Name} {shape}, {settings}";
        _settings = settings;
        _instance = variant.Create(shape.Variant, seed: 7);
        _tensors = new ProblemTensors<T>(shape, device, arrangement: settings.Arrangement);
        _dOutputMemory = settings.Arrangement == TensorArrangement.HeadsInRows
            ? Draw<T>(random, device, shape.Batch, shape.Queries, shape.Heads, shape.ValueDim)
            : Draw<T>(random, device, shape.Batch, shape.Heads, shape.Queries, shape.ValueDim);
        _dOutput = settings.Arrangement == TensorArrangement.HeadsInRows ? _dOutputMemory.Permute(0, 2, 1, 3) : _dOutputMemory;
        _dLse = settings.DLse ? Draw<float>(random, device, shape.Batch, shape.Heads, shape.Queries) : null;
        _sinks = settings.Sinks ? Draw<float>(random, device, shape.Heads) : null;
        _call = _instance.On(device);
        double[] dOutput = Elements.Widen(_dOutput.ToArray());
        double[]? dLse = _dLse is null ? null : Elements.Widen(_dLse.ToArray());
        _expected = ReferenceGradients.Compute(Problem(_instance.OracleScore, _instance.OracleKeeps), dOutput, dLse);
        if (settings.Tolerance is null)
            _naive = NaiveGradients.Compute<T>(Problem(Method, _instance.MethodKeeps), dOutput, dLse, _expected.Derivatives);
    }

    /// <summary>Checks every gradient that is asked for, with and without a block mask.</summary>
    public static void Check(VariantCase variant, ProblemShape shape, Device device, GradientSettings settings)
    {
        using var conformance = new GradientConformance<T>(variant, shape, device, settings);
        if (settings.WithoutBlocks || !variant.Descriptor.HasMask)
            conformance.Check(null, conformance._what);
        if (!variant.Descriptor.HasMask)
            return;
        foreach ((int queryBlock, int keyBlock) in settings.Blocks)
        {
            using BlockMask mask = conformance._call.CreateBlockMask(new() { QueryBlockSize = queryBlock, KeyBlockSize = keyBlock });
            conformance.Check(mask, $"{conformance._what}, blocks of {queryBlock} x {keyBlock}");
        }
    }

    public void Dispose()
    {
        _tensors.Dispose();
        _dOutput.Dispose();
        _dOutputMemory.Dispose();
        _dLse?.Dispose();
        _sinks?.Dispose();
        _call.Dispose();
    }

    private ReferenceAttention Problem(ScoreFunction score, MaskFunction mask) =>
        ReferenceAttention.Of(_tensors.Q, _tensors.K, _tensors.V, score, mask, _settings.Scale, _sinks?.ToArray());

    /// <summary>The user's method, in float as it is.</summary>
    private double Method(double score, int b, int h, int q, int kv) => _instance.MethodScore((float)score, b, h, q, kv);

    private void Check(BlockMask? mask, string what)
    {
        using AttentionOutput<T> output = Forward(mask);
        var options = new BackwardOptions
        {
            Scale = _settings.Scale,
            Math = _settings.Math,
            BlockMask = mask,
            Sinks = _sinks,
            DLse = _dLse,
            Gradients = _settings.Gradients,
            Reproducible = _settings.Reproducible,
            Tile = _settings.Tile,
        };
        using AttentionGradients<T> gradients = _call.Backward(_tensors.Q, _tensors.K, _tensors.V, output, _dOutput, options);
        if (Wants(GradientKinds.Query))
            CheckTensor(gradients.Dq, _naive?.Dq, _expected.Dq, $"dq, {what}");
        if (Wants(GradientKinds.Key))
            CheckTensor(gradients.Dk, _naive?.Dk, _expected.Dk, $"dk, {what}");
        if (Wants(GradientKinds.Value))
            CheckTensor(gradients.Dv, _naive?.Dv, _expected.Dv, $"dv, {what}");
        if (Wants(GradientKinds.Sinks) && _settings.Sinks)
            CheckSums(gradients.DSinks.ToArray(), _expected.DSinks, _expected.SinkMagnitudes, $"dSinks, {what}");
        if (!Wants(GradientKinds.Captures))
            return;
        foreach ((int capture, DeviceTensor<float> gradient) in _call.Learned(gradients))
            CheckCapture(capture, gradient, what);
    }

    private AttentionOutput<T> Forward(BlockMask? mask)
    {
        if (!_settings.ForwardOnCpu)
            return _call.Forward(_tensors.Q, _tensors.K, _tensors.V, Options(_sinks, mask));
        using DeviceTensor<T> q = _tensors.Q.To(Device.Cpu), k = _tensors.K.To(Device.Cpu), v = _tensors.V.To(Device.Cpu);
        using DeviceTensor<float>? sinks = _sinks?.To(Device.Cpu);
        using VariantCall call = _instance.On(Device.Cpu);
        using AttentionOutput<T> output = call.Forward(q, k, v, Options(sinks, null));
        return new AttentionOutput<T>(output.Output.To(_call.Device), output.Lse!.To(_call.Device));

        ForwardOptions Options(DeviceTensor<float>? sinks, BlockMask? mask) =>
            new() { Scale = _settings.Scale, Math = _settings.Math, Sinks = sinks, BlockMask = mask, ReturnLse = true };
    }

    private bool Wants(GradientKinds kind) => _settings.Gradients.HasFlag(kind);

    private void CheckTensor(DeviceTensor<T> actual, double[]? naive, double[] expected, string what)
    {
        if (naive is null)
            GradientBound.Check(actual.ToArray(), expected, _settings.Tolerance!.Value, what);
        else
            NaiveGradientBound.CheckTensor(actual.ToArray(), naive, expected, _settings.Math, what);
    }

    private void CheckSums(float[] actual, double[] expected, double[] magnitudes, string what)
    {
        if (_settings.Tolerance is { } tolerance)
            GradientBound.Check(actual, expected, Math.Max(tolerance, GradientBound.OfSteps), what);
        else
            NaiveGradientBound.CheckSums<T>(actual, expected, magnitudes, _settings.Math, what);
    }

    private void CheckCapture(int capture, DeviceTensor<float> gradient, string what)
    {
        float[] actual = gradient.ToArray();
        int count = Math.Min(Samples, actual.Length);
        // The first and the last among them.
        int[] elements = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * (actual.Length - 1) / Math.Max(1, count - 1)))];
        var expected = new double[count];
        var magnitudes = new double[count];
        for (int i = 0; i < count; i++)
        {
            var element = new LearnedElement(_instance, capture, elements[i]);
            expected[i] = _expected.Of(
                (score, b, h, q, kv) => element.Derivative(instance => instance.OracleScore(score, b, h, q, kv)), out magnitudes[i]);
        }

        CheckSums(
            Array.ConvertAll(elements, element => actual[element]),
            expected,
            magnitudes,
            $"gradient of capture {_instance.Variant.Descriptor.Captures[capture].Name}, {what}");
    }

    private static DeviceTensor<TItem> Draw<TItem>(Random random, Device device, params ReadOnlySpan<long> shape)
        where TItem : unmanaged
    {
        long length = 1;
        foreach (long extent in shape)
            length *= extent;
        var items = new TItem[length];
        foreach (ref TItem item in items.AsSpan())
            item = Elements.Round<TItem>(random.NextSigned());
        return DeviceTensor<TItem>.From(items, shape, device);
    }
}
