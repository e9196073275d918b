using FlexAttention.Cpu;

namespace FlexAttention.Benchmarks.Problems;

/// <summary>The variants that are timed, on any shape with as many queries as keys.</summary>
internal static class Catalogue
{
    /// <summary>How many keys a query of the sliding window sees.</summary>
    public const int Window = 1024;

    /// <summary>Makes the captures and the block mask of one variant.</summary>
    public delegate Problem Factory(CudaDevice gpu, ProblemShape shape);

    public static IReadOnlyDictionary<string, Factory> All { get; } = new Dictionary<string, Factory>
    {
        ["none"] = None,
        ["causal"] = Causal,
        ["alibi"] = Alibi,
        ["softcap"] = Softcap,
        ["sliding_window"] = SlidingWindow,
        ["document"] = Document,
    };

    private static Problem None(CudaDevice gpu, ProblemShape shape) => new()
    {
        Variant = "none",
        Shape = shape,
        Call = static (set, options) => Variants.NoneKernel.Forward(set.Q, set.K, set.V, set.Output, options),
        Backward = static (set, options) => Variants.NoneKernel.Backward(set.Q, set.K, set.V, set.Output, set.DOutput!, options),
    };

    private static Problem Causal(CudaDevice gpu, ProblemShape shape) => new()
    {
        Variant = "causal",
        Shape = shape,
        Call = static (set, options) => Variants.CausalKernel.Forward(set.Q, set.K, set.V, set.Output, options),
        Backward = static (set, options) => Variants.CausalKernel.Backward(set.Q, set.K, set.V, set.Output, set.DOutput!, options),
        Mask = Variants.Causal,
        Blocks = CausalBlocks(gpu, shape),
    };

    private static Problem Alibi(CudaDevice gpu, ProblemShape shape)
    {
        float[] values = [.. Enumerable.Range(1, shape.QHeads).Select(h => MathF.Pow(2, -8f * h / shape.QHeads))];
        DeviceTensor<float> slopes = DeviceTensor<float>.From(values, gpu);
        return new()
        {
            Variant = "alibi",
            Shape = shape,
            Call = (set, options) => Variants.AlibiKernel.Forward(set.Q, set.K, set.V, slopes, set.Output, options),
            Backward = (set, options) => Variants.AlibiKernel.Backward(set.Q, set.K, set.V, slopes, set.Output, set.DOutput!, options),
            Score = (score, b, h, q, kv) => Variants.Alibi((float)score, b, h, q, kv, values),
            Mask = Variants.Causal,
            Blocks = CausalBlocks(gpu, shape),
            Captures = [slopes],
        };
    }

    private static Problem Softcap(CudaDevice gpu, ProblemShape shape) => new()
    {
        Variant = "softcap",
        Shape = shape,
        Call = static (set, options) => Variants.SoftcapKernel.Forward(set.Q, set.K, set.V, set.Output, options),
        Backward = static (set, options) => Variants.SoftcapKernel.Backward(set.Q, set.K, set.V, set.Output, set.DOutput!, options),
        Score = static (score, b, h, q, kv) => Variants.Softcap((float)score, b, h, q, kv),
        Derivative = static (score, _, _, _, _) => 1 - Math.Pow(Math.Tanh(score / Variants.Cap), 2),
        Mask = Variants.Causal,
        Blocks = CausalBlocks(gpu, shape),
    };

    private static Problem SlidingWindow(CudaDevice gpu, ProblemShape shape) => new()
    {
        Variant = "sliding_window",
        Shape = shape,
        Call = static (set, options) => Variants.SlidingWindowKernel.Forward(set.Q, set.K, set.V, Window, set.Output, options),
        Backward = static (set, options) =>
            Variants.SlidingWindowKernel.Backward(set.Q, set.K, set.V, Window, set.Output, set.DOutput!, options),
        Mask = static (b, h, q, kv) => Variants.SlidingWindow(b, h, q, kv, Window),
        Blocks = Variants.SlidingWindowKernel.CreateBlockMask(
            shape.Batch, shape.QHeads, shape.QLength, shape.KvLength, Window, new() { Device = gpu }),
    };

    private static Problem Document(CudaDevice gpu, ProblemShape shape)
    {
        int[] starts = PackedDocuments.TwelveStarts(shape.KvLength), values = PackedDocuments.Ids(starts, shape.KvLength);
        DeviceTensor<int> ids = DeviceTensor<int>.From(values, gpu);
        return new()
        {
            Variant = "document",
            Shape = shape,
            Call = (set, options) => Variants.DocumentKernel.Forward(set.Q, set.K, set.V, ids, set.Output, options),
            Backward = (set, options) => Variants.DocumentKernel.Backward(set.Q, set.K, set.V, ids, set.Output, set.DOutput!, options),
            Mask = (b, h, q, kv) => Variants.Document(b, h, q, kv, values),
            Blocks = Variants.DocumentKernel.CreateBlockMask(
                shape.Batch, shape.QHeads, shape.QLength, shape.KvLength, ids, new() { Device = gpu }),
            Captures = [ids],
        };
    }

    private static BlockMask CausalBlocks(CudaDevice gpu, ProblemShape shape) =>
        Variants.CausalKernel.CreateBlockMask(shape.Batch, shape.QHeads, shape.QLength, shape.KvLength, new() { Device = gpu });
}
