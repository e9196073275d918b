using FlexAttention.Tests.Conformance;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Gradients;

/// <summary>The gradients of every variant by the CUDA kernels. Skipped, with the reason, where there is no GPU.</summary>
[Category("Gpu")]
[Parallelizable(ParallelScope.All)]
public sealed class GpuGradientTests
{
    /// <summary>At one head dimension: a GPU compiles for each.</summary>
    private static readonly ProblemShape[] Shapes =
    [
        new(1, 4, 2, 129, 200, 64, 64),
        new(2, 2, 1, 70, 33, 64, 64),
        new(1, 2, 2, 17, 0, 64, 64),
        new(1, 2, 2, 0, 17, 64, 64),
    ];

    private static readonly ProblemShape[] HeadDims =
    [
        new(1, 2, 1, 70, 133, 8, 8),
        new(1, 2, 1, 133, 70, 24, 40),
        new(1, 2, 2, 70, 70, 5, 3),
        new(1, 2, 1, 133, 133, 128, 128),
        new(1, 2, 1, 70, 133, 192, 96),
        new(1, 1, 1, 70, 133, 256, 256),
    ];

    private static readonly ProblemShape Single = new(2, 8, 2, 133, 190, 64, 64);

    private static readonly string[] OfEachKind = ["none", "causal", "ALiBi", "softcap and causal", "document"];

    private static readonly string[] ForSubsets = ["causal", "ALiBi"];

    private static readonly string[] Learning = ["ALiBi", "learned relative bias", "2-D bias", "tanh softcap", "pair bias", "full bias", "bell curves"];

    private static readonly GradientKinds[] Subsets =
    [
        GradientKinds.Query,
        GradientKinds.Key,
        GradientKinds.Value,
        GradientKinds.Sinks,
        GradientKinds.Captures,
        GradientKinds.Query | GradientKinds.Value,
        GradientKinds.Key | GradientKinds.Captures,
    ];

    /// <summary>Where the Hopper kernel would be chosen, too.</summary>
    private static readonly TileOverride[] AmpereTiles = [new(64, 64, 4, 2), new(32, 128, 8, 1), new(64, 128, 4, 2), new(16, 64, 2, 1)];

    private static readonly TileOverride[] HopperTiles = [TileOverride.HopperBackward(128, 128), TileOverride.HopperBackward(64, 128), TileOverride.HopperBackward(64, 64)];

    private CudaDevice _gpu = null!;

    private static IEnumerable<VariantCase> Some => OfEachKind.Select(VariantCatalogue.Find);

    private static IEnumerable<VariantCase> Few => ForSubsets.Select(VariantCatalogue.Find);

    private static IEnumerable<VariantCase> Learnable => Learning.Select(VariantCatalogue.Find);

    [OneTimeSetUp]
    public void RequireGpu() => _gpu = Requires.Gpu();

    [Test]
    public void BFloat16_KeepsTheBound([ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant) =>
        Check<BFloat16>(variant, Shapes, new() { Math = MathMode.Fast, ForwardOnCpu = true });

    [Test]
    public void Half_KeepsTheBound([ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant) =>
        Check<Half>(variant, Shapes, new() { Math = MathMode.Fast, ForwardOnCpu = true, WithoutBlocks = false });

    [Test]
    public void Float_KeepsTheBound([ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant) =>
        Check<float>(variant, Shapes, new() { ForwardOnCpu = true, WithoutBlocks = false });

    [Test]
    public void EveryHeadDimension_KeepsTheBound(
        [ValueSource(nameof(Some))] VariantCase variant, [ValueSource(nameof(HeadDims))] ProblemShape shape)
    {
        Check<BFloat16>(variant, [shape], new() { Math = MathMode.Fast, ForwardOnCpu = true, WithoutBlocks = false });
        if (variant.Name == "causal")
            Check<float>(variant, [shape], new() { ForwardOnCpu = true, WithoutBlocks = false });
    }

    [Test]
    public void EveryOption_KeepsTheBound(
        [ValueSource(nameof(Some))] VariantCase variant,
        [ValueSource(typeof(GradientOptions), nameof(GradientOptions.All))] GradientSettings settings) =>
        Check<BFloat16>(variant, [Single], settings with { Math = MathMode.Fast, WithoutBlocks = false });

    [Test]
    public void EverySubset_KeepsTheBound(
        [ValueSource(nameof(Few))] VariantCase variant, [ValueSource(nameof(Subsets))] GradientKinds kinds) =>
        Check<BFloat16>(
            variant, [Single], new() { Math = MathMode.Fast, Gradients = kinds, ForwardOnCpu = true, WithoutBlocks = false });

    [Test]
    public void EveryAmpereTile_KeepsTheBound(
        [ValueSource(nameof(Some))] VariantCase variant, [ValueSource(nameof(AmpereTiles))] TileOverride tile) =>
        Check<Half>(variant, [Single], new() { Math = MathMode.Fast, Tile = tile, ForwardOnCpu = true, WithoutBlocks = false });

    [Test]
    public void EveryHopperTile_KeepsTheBound(
        [ValueSource(nameof(Some))] VariantCase variant, [ValueSource(nameof(HopperTiles))] TileOverride tile)
    {
        Requires.Hopper();
        Check<Half>(variant, [Single], new() { Math = MathMode.Fast, Tile = tile, ForwardOnCpu = true, WithoutBlocks = false });
    }

    [Test]
    public void ReproducibleCaptures_KeepTheBound([ValueSource(nameof(Learnable))] VariantCase variant)
    {
        Check<Half>(
            variant, [Single], new() { Math = MathMode.Fast, Reproducible = true, ForwardOnCpu = true, WithoutBlocks = false });
        Check<float>(variant, [Single], new() { Reproducible = true, ForwardOnCpu = true, WithoutBlocks = false });
    }

    private void Check<T>(VariantCase variant, IReadOnlyList<ProblemShape> shapes, GradientSettings settings)
        where T : unmanaged
    {
        foreach (ProblemShape shape in shapes)
            GradientConformance<T>.Check(variant, shape, _gpu, settings);
    }
}
