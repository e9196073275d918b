using FlexAttention.Compilation;
using FlexAttention.Execution;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>NVRTC accepts the backward kernels of variants of each kind, with the tile that the runtime would choose.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class BackwardCompilationTests
{
    /// <summary>The most shared memory that a block may have on the smallest GPU of the architecture.</summary>
    private static readonly Dictionary<string, (GpuArchitecture Architecture, int SharedLimit)> Targets = new()
    {
        ["sm_80"] = (GpuArchitecture.Sm80, 166_912),
        ["sm_89"] = (GpuArchitecture.Sm89, 101_376),
        ["sm_90a"] = (GpuArchitecture.Sm90a, 232_448),
    };

    /// <summary>A mask, a derivative, gradients of captures. Each takes NVRTC seconds.</summary>
    private static readonly string[] OfEachKind = ["causal", "softcap and causal", "learned relative bias"];

    private static IEnumerable<VariantCase> Some => OfEachKind.Select(VariantCatalogue.Find);

    [OneTimeSetUp]
    public void RequireNvrtc() => Requires.Nvrtc();

    [Test]
    public void EveryKind_CompilesForTensorCores(
        [ValueSource(nameof(Some))] VariantCase variant, [Values("sm_80", "sm_90a")] string target) =>
        Compile(variant, target, ElementType.BFloat16, 64);

    [Test]
    public void ReproducibleCaptures_Compile([Values("sm_80", "sm_90a")] string target) =>
        Compile(VariantCatalogue.Find("learned relative bias"), target, ElementType.BFloat16, 64, reproducible: true);

    /// <summary>Every row of the tables, on the GPU with the least shared memory, too.</summary>
    [Test]
    public void EveryHeadDimension_HasATile(
        [Values("sm_80", "sm_89", "sm_90a")] string target,
        [Values(ElementType.Float16, ElementType.Float32)] ElementType element,
        [Values(16, 64, 96, 128, 192, 256)] int headDim)
    {
        TileRequest request = Request(target, element, headDim, blockMask: false);

        TileConfig tile = BackwardTiles.Choose(in request);

        Assert.That(BackwardTiles.Candidates(request).First(), Is.EqualTo(tile));
        Assert.That(BackwardTiles.Fits(in tile, in request));
    }

    [Test]
    public void LargestHeadDimension_Compiles([Values(ElementType.Float16, ElementType.Float32)] ElementType element) =>
        Compile(VariantCatalogue.Find("causal"), "sm_89", element, 256);

    private static void Compile(VariantCase variant, string target, ElementType element, int headDim, bool reproducible = false)
    {
        TileRequest request = Request(target, element, headDim, variant.Descriptor.HasMask);
        GradientKinds kinds = variant.Descriptor.Learnable.Count > 0 ? GradientKinds.All : GradientKinds.All & ~GradientKinds.Captures;
        var config = new BackwardConfig
        {
            Forward = ForwardConfig.Of(in request, BackwardTiles.Choose(in request), 0.125f, MathMode.Fast) with { Sinks = true, Lse = true },
            Gradients = kinds,
            Reproducible = reproducible,
        };
        (CompiledKernel kernel, TileConfig tile) = TileSearch.Compile(
            variant.Descriptor, KernelKind.Backward, in config, request.Architecture, request.SharedLimit);
        foreach (KernelResources entry in kernel.Resources)
            TestContext.Out.WriteLine($"{variant}, {target}, {element} {headDim}: {tile}; {entry}");

        Assert.That(kernel.Image, Is.Not.Empty);
        Assert.That(kernel.IsSerialized, Is.False, $"tile {tile}");
        Assert.That(kernel.SpillBytes, Is.LessThanOrEqualTo(config.With(tile).HarmlessSpillBytes), $"tile {tile}");
    }

    private static TileRequest Request(string target, ElementType element, int headDim, bool blockMask)
    {
        (GpuArchitecture architecture, int sharedLimit) = Targets[target];
        return new TileRequest(element, headDim, headDim, sharedLimit) { Architecture = architecture, Aligned = true, BlockMask = blockMask };
    }
}
