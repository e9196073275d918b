using FlexAttention.Compilation;
using FlexAttention.Execution;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>
/// NVRTC accepts the gradients of every variant for the kernels of both families, with the tile that the runtime would choose, and
/// without spills that cost time.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class BackwardCompilationTests
{
    private static readonly string[] SomeNames = ["none", "ALiBi", "softcap and causal", "document"];

    private static IEnumerable<VariantCase> Some => SomeNames.Select(VariantCatalogue.Find);

    [OneTimeSetUp]
    public void RequireNvrtc() => Requires.Nvrtc();

    [Test]
    public void EveryVariant_CompilesForAmpere(
        [ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant) =>
        Compile(variant, "sm_80", headDim: 64);

    [Test]
    public void EveryVariant_CompilesForHopper(
        [ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant) =>
        Compile(variant, "sm_90a", headDim: 128);

    /// <summary>Ada has less shared memory, and so other tiles.</summary>
    [Test]
    public void EveryTile_CompilesForAmpere(
        [ValueSource(nameof(Some))] VariantCase variant, [Values("sm_80", "sm_89")] string target, [Values(64, 128)] int headDim) =>
        Compile(variant, target, headDim);

    [Test]
    public void EveryTile_CompilesForHopper(
        [ValueSource(nameof(Some))] VariantCase variant, [Values(64, 128)] int headDim, [Values] bool reproducible) =>
        Compile(variant, "sm_90a", headDim, reproducible);

    private static void Compile(VariantCase variant, string option, int headDim, bool reproducible = false)
    {
        CompilationTarget target = CompilationTarget.Find(option);
        TileRequest request = target.Request(ElementType.BFloat16, headDim, variant.Descriptor.HasMask);
        TileConfig first = BackwardTiles.Choose(in request);
        var config = new BackwardConfig
        {
            Forward = ForwardConfig.Of(in request, first, 1 / MathF.Sqrt(headDim), MathMode.Fast) with { Lse = true },
            Gradients = variant.Descriptor.Learnable.Count > 0 ? GradientKinds.All : GradientKinds.All & ~GradientKinds.Captures,
            Reproducible = reproducible,
        };
        (CompiledKernel kernel, TileConfig tile) = target.Compile(variant, KernelKind.Backward, in config);
        TestContext.Out.WriteLine($"{variant}, {option}, {headDim}, {reproducible}: {tile}; {string.Join(", ", kernel.Resources)}");

        Assert.That(tile.Family, Is.EqualTo(target.Family));
        Assert.That(kernel.IsSerialized, Is.False, $"tile {tile}");
        Assert.That(kernel.SpillBytes, Is.LessThanOrEqualTo(config.With(tile).HarmlessSpillBytes), $"tile {tile}");
    }
}
