using FlexAttention.Compilation;
using FlexAttention.Descriptors;
using FlexAttention.Execution;
using FlexAttention.Generators.Models;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Emit;

/// <summary>Emitted units compile for every architecture; forward kernels keep their values in registers.</summary>
public sealed class CudaUnitTests
{
    private const int HopperSharedBytes = 232_448;

    private static IEnumerable<string> Names => SampleModels.All.Select(model => model.MethodName);

    [OneTimeSetUp]
    public void RequireNvrtc() => Requires.Nvrtc();

    [Test]
    public void Forward_CompilesWithoutSpills(
        [Values("Causal", "Alibi", "Document", "SoftCap", "Trig", "Rejecting", "template")] string name, [Values(64, 128)] int headDim)
    {
        ForwardConfig config = new()
        {
            Element = ElementType.BFloat16,
            Family = 80,
            HeadDim = headDim,
            ValueDim = headDim,
            Tile = TileTable.Choose(ElementType.BFloat16, headDim, headDim, HopperSharedBytes, asked: null),
            Aligned = true,
        };
        GpuArchitecture architecture = headDim == 64 ? GpuArchitecture.Sm80 : GpuArchitecture.Sm90a;
        (CompiledKernel kernel, _) = TileSearch.Compile(Describe(name), KernelKind.Forward, config, architecture, HopperSharedBytes);

        Assert.That(kernel.Resources.Single().SpillStoreBytes, Is.Zero);
    }

    [Test]
    public void SmallKernels_Compile([ValueSource(nameof(Names))] string name)
    {
        VariantDescriptor variant = Describe(name);
        foreach (KernelKind kind in Enum.GetValues<KernelKind>().Where(kind => kind != KernelKind.Forward))
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
