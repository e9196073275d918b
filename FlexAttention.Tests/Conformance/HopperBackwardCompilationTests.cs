using FlexAttention.Compilation;
using FlexAttention.Execution;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>NVRTC accepts the gradients of every variant for Hopper, with the tile that the runtime would choose.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class HopperBackwardCompilationTests
{
    private const int SharedLimit = 232_448;

    private static readonly string[] SomeNames = ["none", "ALiBi", "softcap and causal", "document"];

    private static IEnumerable<VariantCase> Some => SomeNames.Select(VariantCatalogue.Find);

    [OneTimeSetUp]
    public void RequireNvrtc() => Requires.Nvrtc();

    [Test]
    public void EveryVariant_CompilesForHopper(
        [ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant) =>
        Compile(variant, headDim: 128, reproducible: false);

    [Test]
    public void EveryTile_CompilesForHopper(
        [ValueSource(nameof(Some))] VariantCase variant, [Values(64, 128)] int headDim, [Values] bool reproducible) =>
        Compile(variant, headDim, reproducible);

    private static void Compile(VariantCase variant, int headDim, bool reproducible)
    {
        var request = new TileRequest(ElementType.BFloat16, headDim, headDim, SharedLimit)
        {
            Architecture = GpuArchitecture.Sm90a,
            Aligned = true,
            BlockMask = variant.Descriptor.HasMask,
        };
        var forward = ForwardConfig.Of(in request, BackwardTiles.Choose(in request), 1 / MathF.Sqrt(headDim), MathMode.Fast) with { Lse = true };
        GradientKinds kinds = GradientKinds.Query | GradientKinds.Key | GradientKinds.Value
            | (variant.Descriptor.Learnable.Count > 0 ? GradientKinds.Captures : GradientKinds.None);
        var config = new BackwardConfig { Forward = forward, Gradients = kinds, Reproducible = reproducible };
        (CompiledKernel kernel, TileConfig tile) =
            TileSearch.Compile(variant.Descriptor, KernelKind.Backward, config, GpuArchitecture.Sm90a, SharedLimit);
        TestContext.Out.WriteLine($"{variant}, {headDim}, {reproducible}: {tile}; {string.Join(", ", kernel.Resources)}");

        Assert.That(tile.Family, Is.EqualTo(KernelFamily.Hopper));
        Assert.That(kernel.IsSerialized, Is.False);
        Assert.That(kernel.SpillBytes, Is.LessThanOrEqualTo(config.With(tile).HarmlessSpillBytes));
    }
}
