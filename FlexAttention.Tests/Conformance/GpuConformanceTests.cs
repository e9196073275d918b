using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>Every variant through the CUDA kernels. Skipped, with the reason, where there is no GPU.</summary>
[Category("Gpu")]
[Parallelizable(ParallelScope.All)]
public sealed class GpuConformanceTests
{
    private static readonly (int QueryBlock, int KeyBlock)[] BlockSizes = [(128, 128), (64, 64), (48, 80)];

    private static readonly string[] AtEveryHeadDim = ["none", "causal", "ALiBi", "softcap and causal", "document"];

    private CudaDevice _gpu = null!;

    private static IEnumerable<VariantCase> Some => AtEveryHeadDim.Select(VariantCatalogue.Find);

    [OneTimeSetUp]
    public void RequireGpu() => _gpu = Requires.Gpu();

    [Test]
    public void BFloat16_KeepsTheBound([ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant) =>
        Check<BFloat16>(variant, ProblemShapes.Gpu, MathMode.Fast);

    [Test]
    public void Half_KeepsTheBound([ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant) =>
        Check<Half>(variant, ProblemShapes.Gpu, MathMode.Fast);

    [Test]
    public void Float_KeepsTheBound([ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant) =>
        Check<float>(variant, ProblemShapes.Gpu, MathMode.Exact);

    [Test]
    public void EveryHeadDim_KeepsTheBound([ValueSource(nameof(Some))] VariantCase variant)
    {
        Check<BFloat16>(variant, ProblemShapes.GpuHeadDims, MathMode.Fast);
        Check<float>(variant, ProblemShapes.GpuHeadDims, MathMode.Exact);
    }

    /// <summary>The kernels that every GPU has; <see cref="HopperConformanceTests"/> has Hopper's.</summary>
    [Test]
    public void EveryOption_KeepsTheBound(
        [ValueSource(nameof(Some))] VariantCase variant, [ValueSource(typeof(CallOptions), nameof(CallOptions.All))] CallSettings settings)
    {
        foreach (ProblemShape shape in ProblemShapes.SharedHeads)
        {
            VariantConformance.Check<Half>(variant, shape, _gpu, settings with { Math = MathMode.Fast, Tile = new TileOverride(64, 32, 4, 1) });
            VariantConformance.Check<float>(variant, shape, _gpu, settings with { Math = MathMode.Exact });
        }
    }

    [Test]
    public void BlockMask_IsThatOfTheCpu(
        [ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.Masked))] VariantCase variant)
    {
        foreach (ProblemShape shape in ProblemShapes.Gpu)
        {
            VariantInstance instance = variant.Create(shape.Variant, seed: 7);
            using VariantCall onCpu = instance.On(Device.Cpu), onGpu = instance.On(_gpu);
            foreach ((int queryBlock, int keyBlock) in BlockSizes)
            {
                var options = new BlockMaskOptions { QueryBlockSize = queryBlock, KeyBlockSize = keyBlock };
                using BlockMask expected = onCpu.CreateBlockMask(options), mask = onGpu.CreateBlockMask(options);
                Assert.That(mask.HasSameBlocksAs(expected), Is.True, $"{shape} in blocks of {queryBlock} x {keyBlock}");
            }
        }
    }

    private void Check<T>(VariantCase variant, IReadOnlyList<ProblemShape> shapes, MathMode math)
        where T : unmanaged
    {
        foreach (ProblemShape shape in shapes)
            VariantConformance.Check<T>(variant, shape, _gpu, math);
    }
}
