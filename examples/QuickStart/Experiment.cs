using System.Diagnostics;
using FlexAttention;
using FlexAttention.Cpu;

namespace QuickStart;

/// <summary>Runs the variants over one corpus on one device, and holds their results against the reference.</summary>
internal sealed class Experiment<T> : IDisposable
    where T : unmanaged
{
    private const int Heads = 4;
    private const int HeadDim = 64;
    private const int SampledRows = 32;
    private const float Cap = 5;
    private const int Window = 256;

    private readonly Device _device;
    private readonly int _length;
    private readonly int[] _ids;
    private readonly float[] _slopes = [.. Enumerable.Range(1, Heads).Select(i => MathF.Pow(2, -8f * i / Heads))];
    private readonly DeviceTensor<T> _q;
    private readonly DeviceTensor<T> _k;
    private readonly DeviceTensor<T> _v;
    private readonly DeviceTensor<int> _idsOnDevice;
    private readonly DeviceTensor<float> _slopesOnDevice;

    public Experiment(Corpus corpus, Device device)
    {
        _device = device;
        _length = corpus.Words.Length;
        _ids = corpus.Ids;
        _q = WordEmbedding.Embed<T>(corpus.Words, role: 0, Heads, HeadDim, device);
        _k = WordEmbedding.Embed<T>(corpus.Words, role: 0, Heads, HeadDim, device);
        _v = WordEmbedding.Embed<T>(corpus.Words, role: 1, Heads, HeadDim, device);
        _idsOnDevice = DeviceTensor<int>.From(corpus.Ids, device);
        _slopesOnDevice = DeviceTensor<float>.From(_slopes, device);
    }

    /// <summary>Who sees whom when documents share a sequence.</summary>
    public BlockMask CreateDocumentMask() =>
        Variants.DocumentCausalKernel.CreateBlockMask(1, Heads, _length, _length, _idsOnDevice);

    /// <summary>Runs each variant and yields what it did.</summary>
    public IEnumerable<Measurement> Run()
    {
        BlockMaskOptions here = new() { Device = _device };
        using BlockMask causal = Variants.CausalKernel.CreateBlockMask(1, Heads, _length, _length, here);
        using BlockMask documents = CreateDocumentMask();
        using BlockMask window = Variants.SlidingWindowKernel.CreateBlockMask(1, Heads, _length, _length, Window, here);

        yield return Measure(
            "causal", causal, options => Variants.CausalKernel.Forward(_q, _k, _v, options), Variants.Causal);
        yield return Measure(
            "ALiBi",
            causal,
            options => Variants.AlibiKernel.Forward(_q, _k, _v, _slopesOnDevice, options),
            Variants.Causal,
            (score, b, h, q, kv) => Variants.Alibi((float)score, b, h, q, kv, _slopes));
        yield return Measure(
            "document + causal",
            documents,
            options => Variants.DocumentCausalKernel.Forward(_q, _k, _v, _idsOnDevice, options),
            (b, h, q, kv) => Variants.DocumentCausal(b, h, q, kv, _ids));
        yield return Measure(
            "softcap",
            causal,
            options => Variants.SoftcapKernel.Forward(_q, _k, _v, Cap, options),
            Variants.Causal,
            (score, b, h, q, kv) => Variants.Softcap((float)score, b, h, q, kv, Cap));
        yield return Measure(
            "sliding window",
            window,
            options => Variants.SlidingWindowKernel.Forward(_q, _k, _v, Window, options),
            (b, h, q, kv) => Variants.SlidingWindow(b, h, q, kv, Window));
    }

    public void Dispose()
    {
        _q.Dispose();
        _k.Dispose();
        _v.Dispose();
        _idsOnDevice.Dispose();
        _slopesOnDevice.Dispose();
    }

    /// <summary>Times a call, after one that compiles the kernel or lets the JIT compile it, and compares the result with the method called as plain C#.</summary>
    private Measurement Measure(
        string name,
        BlockMask mask,
        Func<ForwardOptions, AttentionOutput<T>> forward,
        MaskFunction keeps,
        ScoreFunction? score = null)
    {
        ForwardOptions options = new() { BlockMask = mask };
        forward(options).Dispose();
        (_device as CudaDevice)?.Synchronize();
        long start = Stopwatch.GetTimestamp();
        using AttentionOutput<T> output = forward(options);
        (_device as CudaDevice)?.Synchronize();
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        return new Measurement(name, mask.Sparsity, time, Error(output.Output, ReferenceAttention.Of(_q, _k, _v, score, keeps)));
    }

    private double Error(DeviceTensor<T> output, ReferenceAttention reference)
    {
        T[] results = output.ToArray();
        var expected = new double[HeadDim];
        double error = 0;
        for (int sample = 0; sample < SampledRows; sample++)
        {
            int h = sample % Heads;
            int q = (int)((long)sample * (_length - 1) / (SampledRows - 1));
            reference.ComputeRow(0, h, q, expected);
            for (int d = 0; d < HeadDim; d++)
                error = Math.Max(error, Math.Abs(ToDouble(results[(((h * _length) + q) * HeadDim) + d]) - expected[d]));
        }

        return error;
    }

    private static double ToDouble(T value) => value is BFloat16 brain ? brain.ToSingle() : (float)(object)value;
}
