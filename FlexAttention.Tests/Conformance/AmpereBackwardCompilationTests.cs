using FlexAttention.Compilation;
using FlexAttention.Execution;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>
/// NVRTC accepts the gradients of every variant for the kernels of compute capability 8.0 and later, with the tile that the runtime
/// would choose, without spills.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class AmpereBackwardCompilationTests
{
    /// <summary>The most shared memory that a block may have on the smallest GPU of the architecture.</summary>
    private static readonly Dictionary<string, (GpuArchitecture Architecture, int SharedLimit)> Targets = new()
    {
        ["sm_80"] = (GpuArchitecture.Sm80, 166_912),
        ["sm_89"] = (GpuArchitecture.Sm89, 101_376),
    };

    private static readonly string[] SomeNames = ["none", "ALiBi", "softcap and causal", "document"];

    private static IEnumerable<VariantCase> Some => SomeNames.Select(VariantCatalogue.Find);

    [OneTimeSetUp]
    public void RequireNvrtc() => Requires.Nvrtc();

    [Test]
    public void EveryVariant_CompilesForAmpere(
        [ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant) =>
        Compile(variant, "sm_80", headDim: 64);

    /// <summary>Ada has less shared memory, and so other tiles.</summary>
    [Test]
    public void EveryTile_Compiles(
        [ValueSource(nameof(Some))] VariantCase variant, [Values("sm_80", "sm_89")] string target, [Values(64, 128)] int headDim) =>
        Compile(variant, target, headDim);

    private static void Compile(VariantCase variant, string target, int headDim)
    {
        (GpuArchitecture architecture, int sharedLimit) = Targets[target];
        var request = new TileRequest(ElementType.BFloat16, headDim, headDim, sharedLimit)
        {
            Architecture = architecture,
            Aligned = true,
            BlockMask = variant.Descriptor.HasMask,
        };
        TileConfig first = BackwardTiles.Choose(in request);
        var config = new BackwardConfig
        {
            Forward = ForwardConfig.Of(in request, first, 1 / MathF.Sqrt(headDim), MathMode.Fast) with { Lse = true },
            Gradients = variant.Descriptor.Learnable.Count > 0 ? GradientKinds.All : GradientKinds.All & ~GradientKinds.Captures,
        };
        (CompiledKernel kernel, TileConfig tile) =
            TileSearch.Compile(variant.Descriptor, KernelKind.Backward, in config, architecture, sharedLimit);
        TestContext.Out.WriteLine($"{variant}, {target}, {headDim}: {tile}; {string.Join(", ", kernel.Resources)}");

        Assert.That(kernel.SpillBytes, Is.Zero, $"tile {tile}");
    }
}
