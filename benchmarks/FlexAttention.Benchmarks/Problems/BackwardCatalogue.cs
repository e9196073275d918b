namespace FlexAttention.Benchmarks.Problems;

/// <summary>What backward calls are timed on beside the variants of <see cref="Catalogue"/>.</summary>
internal static class BackwardCatalogue
{
    private const GradientKinds WithoutCaptures = GradientKinds.Query | GradientKinds.Key | GradientKinds.Value;

    /// <summary>A learned bias with and without its gradient, and calls whose sums have an order.</summary>
    public static IReadOnlyDictionary<string, Catalogue.Factory> Further { get; } = new Dictionary<string, Catalogue.Factory>
    {
        ["relative_bias"] = (gpu, shape) => RelativeBias(gpu, shape, GradientKinds.All),
        ["relative_bias_fixed"] = (gpu, shape) => RelativeBias(gpu, shape, WithoutCaptures),
        ["relative_bias_reproducible"] = (gpu, shape) => RelativeBias(gpu, shape, GradientKinds.All, reproducible: true),
        ["none_reproducible"] = (gpu, shape) => Reproducible(Catalogue.All["none"](gpu, shape)),
        ["causal_reproducible"] = (gpu, shape) => Reproducible(Catalogue.All["causal"](gpu, shape)),
    };

    /// <summary>A problem of either catalogue.</summary>
    public static Problem Create(string variant, CudaDevice gpu, ProblemShape shape) =>
        (Further.TryGetValue(variant, out Catalogue.Factory? factory) ? factory : Catalogue.All[variant])(gpu, shape);

    private static Problem Reproducible(Problem problem) => problem with { Reproducible = true };

    private static Problem RelativeBias(CudaDevice gpu, ProblemShape shape, GradientKinds gradients, bool reproducible = false)
    {
        int length = shape.KvLength, distances = (2 * length) - 1;
        var random = new Random(3);
        float[,] values = new float[shape.QHeads, distances];
        for (int i = 0; i < values.Length; i++)
            values[i / distances, i % distances] = random.NextSingle() - 0.5f;
        DeviceTensor<float> table = DeviceTensor<float>.From(values, gpu);
        return new()
        {
            Variant = "relative_bias",
            Shape = shape,
            Call = (set, options) => Variants.RelativeBiasKernel.Forward(set.Q, set.K, set.V, table, length, set.Output, options),
            Backward = (set, options) =>
                Variants.RelativeBiasKernel.Backward(set.Q, set.K, set.V, table, length, set.Output, set.DOutput!, options),
            Gradients = gradients,
            LearnsDistances = true,
            Reproducible = reproducible,
            Score = (score, _, h, q, kv) => score + values[h, q - kv + length - 1],
            Captures = [table],
        };
    }
}
