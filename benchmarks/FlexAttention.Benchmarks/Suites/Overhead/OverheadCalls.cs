namespace FlexAttention.Benchmarks.Suites.Overhead;

/// <summary>Calls so small that the GPU is done before the next one comes.</summary>
internal sealed class OverheadCalls : IDisposable
{
    private const int Heads = 4;
    private const int Length = 64;

    private readonly DeviceTensor<BFloat16> _q;
    private readonly DeviceTensor<float> _slopes;
    private readonly BlockMask _mask;
    private readonly AttentionOutput<BFloat16> _output;
    private readonly AttentionOutput<BFloat16> _differentiated;
    private readonly CudaGraph _graph;
    private readonly AttentionGradients<BFloat16> _gradients;
    private readonly CudaGraph _backwardGraph;

    public OverheadCalls(CudaDevice gpu)
    {
        _q = DeviceTensor<BFloat16>.Create(gpu, 1, Heads, Length, 128);
        _slopes = DeviceTensor<float>.Create(gpu, Heads);
        _mask = Variants.CausalKernel.CreateBlockMask(1, Heads, Length, Length, new() { Device = gpu });
        _output = Variants.NoneKernel.Forward(_q, _q, _q);
        _differentiated = Variants.NoneKernel.Forward(_q, _q, _q, new ForwardOptions { ReturnLse = true });
        _gradients = Variants.NoneKernel.Backward(_q, _q, _q, _differentiated, _q);
        _backwardGraph = CudaGraph.Capture(
            gpu, stream => Variants.NoneKernel.Backward(_q, _q, _q, _differentiated, _q, _gradients, new BackwardOptions { Stream = stream }));
        _graph = CudaGraph.Capture(
            gpu, stream => Variants.NoneKernel.Forward(_q, _q, _q, _output, new() { Stream = stream }));
        var blocks = new ForwardOptions { BlockMask = _mask };
        All =
        [
            ("none, into an earlier output", () => Variants.NoneKernel.Forward(_q, _q, _q, _output)),
            ("ALiBi with a block mask, into an earlier output", () => Variants.AlibiKernel.Forward(_q, _q, _q, _slopes, _output, blocks)),
            ("none, into a new output", () => Variants.NoneKernel.Forward(_q, _q, _q).Dispose()),
            ("none, as a CUDA graph", () => _graph.Launch()),
            ("none, backward into earlier gradients", () => Variants.NoneKernel.Backward(_q, _q, _q, _differentiated, _q, _gradients)),
            ("none, backward into new gradients", () => Variants.NoneKernel.Backward(_q, _q, _q, _differentiated, _q).Dispose()),
            ("none, backward as a CUDA graph", () => _backwardGraph.Launch()),
        ];
    }

    /// <summary>The calls by name.</summary>
    public IReadOnlyList<(string Name, Action Call)> All { get; }

    public void Dispose()
    {
        _backwardGraph.Dispose();
        _gradients.Dispose();
        _graph.Dispose();
        _output.Dispose();
        _differentiated.Dispose();
        _mask.Dispose();
        _slopes.Dispose();
        _q.Dispose();
    }
}
