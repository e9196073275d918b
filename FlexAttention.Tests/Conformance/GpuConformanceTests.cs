using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>Every variant through the CUDA kernels. Skipped, with the reason, where there is no GPU.</summary>
[Category("Gpu")]
public sealed class GpuConformanceTests
{
    private static readonly (int QueryBlock, int KeyBlock)[] BlockSizes = [(128, 128), (64, 64), (48, 80)];

    private CudaDevice _gpu = null!;

    [OneTimeSetUp]
    public void RequireGpu() => _gpu = Requires.Gpu();

    [Test]
    public void BFloat16_KeepsTheBound([ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant) =>
        Check<BFloat16>(variant, MathMode.Fast);

    [Test]
    public void Half_KeepsTheBound([ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant) =>
        Check<Half>(variant, MathMode.Fast);

    [Test]
    public void Float_KeepsTheBound([ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant) =>
        Check<float>(variant, MathMode.Exact);

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

    private void Check<T>(VariantCase variant, MathMode math)
        where T : unmanaged
    {
        foreach (ProblemShape shape in ProblemShapes.Gpu)
            VariantConformance.Check<T>(variant, shape, _gpu, math);
    }
}
