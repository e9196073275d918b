using FlexAttention.Compilation;
using FlexAttention.Descriptors;
using FlexAttention.Execution;
using FlexAttention.Generators.Models;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Emit;

/// <summary>Every construct compiles; the conformance tests compile the catalogue for every architecture.</summary>
public sealed class CudaUnitTests
{
    private const int HopperSharedBytes = 232_448;

    private static IEnumerable<string> Names => SampleModels.All.Select(model => model.MethodName);

    [OneTimeSetUp]
    public void RequireNvrtc() => Requires.Nvrtc();

    [Test]
    public void Forward_CompilesWithoutSpills([Values("Loop", "Rejecting", "template")] string name)
    {
        ForwardConfig config = new()
        {
            Element = ElementType.BFloat16,
            Family = 80,
            HeadDim = 64,
            ValueDim = 64,
            Tile = ForwardTiles.Choose(new TileRequest(ElementType.BFloat16, 64, 64, HopperSharedBytes)),
            Aligned = true,
        };
        (CompiledKernel kernel, _) =
            TileSearch.Compile(Describe(name), KernelKind.Forward, config, GpuArchitecture.Sm80, HopperSharedBytes);

        KernelResources resources = kernel.Resources.Single();
        Assert.That((resources.SpillStoreBytes, resources.SpillLoadBytes), Is.EqualTo((0, 0)));
    }

    [Test]
    public void SmallKernels_Compile([ValueSource(nameof(Names))] string name)
    {
        VariantDescriptor variant = Describe(name);
        foreach (KernelKind kind in Enum.GetValues<KernelKind>().Where(kind => !kind.HasTile()))
        {
            if (kind == KernelKind.BlockMask && !variant.HasMask)
                continue;
            ForwardConfig config = ForwardConfig.Plain(GpuArchitecture.Sm89, MathMode.Exact);
            CompiledKernel kernel = NvrtcCompiler.Compile(KernelUnit.Of(variant, kind, config, GpuArchitecture.Sm89));
            Assert.That(kernel.Resources, Is.Not.Empty);
        }
    }

    private static VariantDescriptor Describe(string name) =>
        ModelBuilder.Describe(SampleModels.All.Single(model => model.MethodName == name));
}
