using FlexAttention.Compilation;
using FlexAttention.Execution;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>NVRTC accepts every variant for every architecture, with the tile that the runtime would choose, without spills.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CompilationTests
{
    private static readonly string[] WithOtherElements = ["none", "causal", "ALiBi", "softcap and causal", "document", "T5 bias"];

    private static readonly string[] ScoreOrNone = ["none", "ALiBi"];

    private static IEnumerable<VariantCase> WithAndWithoutScore => ScoreOrNone.Select(VariantCatalogue.Find);

    private static IEnumerable<VariantCase> Some => WithOtherElements.Select(VariantCatalogue.Find);

    private static IEnumerable<object[]> TilesOfFewQueries =>
        from variant in Some
        from tile in new[] { (64, true), (128, true), (256, true), (128, false) }
        select new object[] { variant, tile.Item1, tile.Item2 };

    [OneTimeSetUp]
    public void RequireNvrtc() => Requires.Nvrtc();

    [Test]
    public void EveryVariant_CompilesWithoutSpills(
        [ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant,
        [Values("sm_80", "sm_89", "sm_90a")] string target,
        [Values(64, 128)] int headDim) =>
        CompileForward(variant, target, Config(variant, target, ElementType.BFloat16, headDim));

    /// <summary>The Hopper kernel has tiles of its own for the larger head dimensions.</summary>
    [Test]
    public void LargeHeadDimensions_CompileForHopperWithoutSpills(
        [ValueSource(nameof(WithAndWithoutScore))] VariantCase variant, [Values(192, 256)] int headDim, [Values] bool blockMask) =>
        CompileForward(
            variant, "sm_90a", Config(variant, "sm_90a", ElementType.Float16, headDim, blockMask && variant.Descriptor.HasMask));

    /// <summary>Few queries have tiles of their own. Packed, each row has its own head, which takes the more registers.</summary>
    [TestCaseSource(nameof(TilesOfFewQueries))]
    public void FewQueries_CompileForHopperWithoutSpills(VariantCase variant, int headDim, bool packHeads) =>
        CompileForward(
            variant,
            "sm_90a",
            Config(variant, "sm_90a", ElementType.BFloat16, headDim, variant.Descriptor.HasMask, fewQueries: true, packHeads));

    [Test]
    public void EveryElementType_CompilesWithoutSpills(
        [ValueSource(nameof(Some))] VariantCase variant,
        [Values(ElementType.Float16, ElementType.Float32)] ElementType element,
        [Values(64, 128)] int headDim) =>
        CompileForward(variant, "sm_80", Config(variant, "sm_80", element, headDim));

    /// <summary>
    /// No option is written for one of the others alone. A block mask goes with a mask only: no call can give one to a
    /// variant that has none.
    /// </summary>
    [Test]
    public void EveryOptionAtOnce_CompilesWithoutSpills(
        [ValueSource(nameof(WithAndWithoutScore))] VariantCase variant,
        [Values(ElementType.BFloat16, ElementType.Float16, ElementType.Float32)] ElementType element,
        [Values(64, 128)] int headDim)
    {
        ForwardConfig config = Config(variant, "sm_80", element, headDim) with
        {
            Aligned = false,
            Sinks = true,
            Lse = true,
            RowMax = true,
            ExactMath = true,
            Prescale = true,
        };
        CompileForward(variant, "sm_80", config);
    }

    [Test]
    public void EveryOptionAtOnce_CompilesForHopperWithoutSpills(
        [ValueSource(nameof(WithAndWithoutScore))] VariantCase variant,
        [Values(ElementType.BFloat16, ElementType.Float16)] ElementType element,
        [Values(64, 128)] int headDim)
    {
        ForwardConfig config = Config(variant, "sm_90a", element, headDim) with
        {
            Sinks = true,
            Lse = true,
            RowMax = true,
            ExactMath = true,
            Prescale = true,
        };
        CompileForward(variant, "sm_90a", config);
    }

    [Test]
    public void SmallKernels_Compile([ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant)
    {
        ForwardConfig config = ForwardConfig.Plain(GpuArchitecture.Sm80, MathMode.Exact);
        foreach (KernelKind kind in Enum.GetValues<KernelKind>().Where(kind => !kind.HasTile()))
        {
            if (kind == KernelKind.BlockMask && !variant.Descriptor.HasMask)
                continue;
            CompiledKernel kernel = NvrtcCompiler.Compile(KernelUnit.Of(variant.Descriptor, kind, config, GpuArchitecture.Sm80));
            Assert.That(kernel.Resources, Is.Not.Empty, $"{kind}");
        }
    }

    private static ForwardConfig Config(VariantCase variant, string target, ElementType element, int headDim) =>
        Config(variant, target, element, headDim, variant.Descriptor.HasMask);

    private static ForwardConfig Config(
        VariantCase variant, string target, ElementType element, int headDim, bool blockMask, bool fewQueries = false, bool packHeads = false)
    {
        TileRequest request = CompilationTarget.Find(target).Request(element, headDim, blockMask) with
        {
            FewQueries = fewQueries,
            PackHeads = packHeads,
        };
        return CompilationTarget.Config(request);
    }

    private static void CompileForward(VariantCase variant, string target, ForwardConfig config)
    {
        (CompiledKernel kernel, TileConfig tile) = CompilationTarget.Find(target).Compile(variant, KernelKind.Forward, in config);
        int registers = kernel.Resources.Max(static entry => entry.Registers);
        TestContext.Out.WriteLine($"{variant}, {target}, {config.Element} {config.HeadDim}: {tile}; {registers} registers");

        Assert.That(kernel.Image, Is.Not.Empty);
        Assert.That(kernel.IsSerialized, Is.False, $"tile {tile}");
        Assert.That(kernel.Resources.Count, Is.EqualTo(tile.SplitKeys ? 2 : 1), "kernels");
        Assert.That(kernel.SpillBytes, Is.Zero, $"tile {tile}");
    }
}
