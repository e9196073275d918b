namespace FlexAttention.Benchmarks.Suites.Forward;

/// <summary>The variants of the suite. peers.py has the same, line by line.</summary>
internal static class ForwardCases
{
    private const int Window = 1024;

    /// <summary>Makes the captures and block masks of one variant.</summary>
    public delegate ForwardCase Factory(CudaDevice gpu, ForwardShape shape);

    public static IReadOnlyDictionary<string, Factory> All { get; } = new Dictionary<string, Factory>
    {
        ["none"] = None,
        ["causal"] = Causal,
        ["alibi"] = Alibi,
        ["softcap"] = Softcap,
        ["sliding_window"] = SlidingWindow,
        ["document"] = Document,
    };

    private static ForwardCase None(CudaDevice gpu, ForwardShape shape) =>
        new("none", (long)shape.Length * shape.Length, set => Variants.NoneKernel.Forward(set.Q, set.K, set.V, set.Output));

    private static ForwardCase Causal(CudaDevice gpu, ForwardShape shape)
    {
        BlockMask mask = CausalMask(gpu, shape);
        var options = new ForwardOptions { BlockMask = mask };
        return new("causal", CausalPairs(shape.Length), set => Variants.CausalKernel.Forward(set.Q, set.K, set.V, set.Output, options), mask);
    }

    private static ForwardCase Alibi(CudaDevice gpu, ForwardShape shape)
    {
        BlockMask mask = CausalMask(gpu, shape);
        float[] values = [.. Enumerable.Range(1, shape.Heads).Select(h => MathF.Pow(2, -8f * h / shape.Heads))];
        DeviceTensor<float> slopes = DeviceTensor<float>.From(values, gpu);
        var options = new ForwardOptions { BlockMask = mask };
        return new(
            "alibi",
            CausalPairs(shape.Length),
            set => Variants.AlibiKernel.Forward(set.Q, set.K, set.V, slopes, set.Output, options),
            mask,
            slopes);
    }

    private static ForwardCase Softcap(CudaDevice gpu, ForwardShape shape)
    {
        BlockMask mask = CausalMask(gpu, shape);
        var options = new ForwardOptions { BlockMask = mask };
        return new("softcap", CausalPairs(shape.Length), set => Variants.SoftcapKernel.Forward(set.Q, set.K, set.V, set.Output, options), mask);
    }

    private static ForwardCase SlidingWindow(CudaDevice gpu, ForwardShape shape)
    {
        BlockMask mask = Variants.SlidingWindowKernel.CreateBlockMask(
            shape.Batch, shape.Heads, shape.Length, shape.Length, Window, new() { Device = gpu });
        var options = new ForwardOptions { BlockMask = mask };
        long hidden = Math.Max(0, shape.Length - Window);
        return new(
            "sliding_window",
            CausalPairs(shape.Length) - CausalPairs(hidden),
            set => Variants.SlidingWindowKernel.Forward(set.Q, set.K, set.V, Window, set.Output, options),
            mask);
    }

    private static ForwardCase Document(CudaDevice gpu, ForwardShape shape)
    {
        int[] ids = PackedDocuments.Ids(shape.Length);
        DeviceTensor<int> captured = DeviceTensor<int>.From(ids, gpu);
        BlockMask mask = Variants.DocumentKernel.CreateBlockMask(
            shape.Batch, shape.Heads, shape.Length, shape.Length, captured, new() { Device = gpu });
        var options = new ForwardOptions { BlockMask = mask };
        return new(
            "document",
            ids.CountBy(id => id).Sum(document => CausalPairs(document.Value)),
            set => Variants.DocumentKernel.Forward(set.Q, set.K, set.V, captured, set.Output, options),
            mask,
            captured);
    }

    private static BlockMask CausalMask(CudaDevice gpu, ForwardShape shape) =>
        Variants.CausalKernel.CreateBlockMask(shape.Batch, shape.Heads, shape.Length, shape.Length, new() { Device = gpu });

    private static long CausalPairs(long length) => length * (length + 1) / 2;
}
