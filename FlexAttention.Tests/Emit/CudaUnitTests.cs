using FlexAttention.Compilation;
using FlexAttention.Descriptors;
using FlexAttention.Execution;
using FlexAttention.Generators.Models;
using FlexAttention.Tests.Conformance;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Emit;

/// <summary>Every construct compiles; the conformance tests compile the catalogue for every architecture.</summary>
public sealed class CudaUnitTests
{
    private static IEnumerable<string> Names => SampleModels.All.Select(model => model.MethodName);

    [OneTimeSetUp]
    public void RequireNvrtc() => Requires.Nvrtc();

    [Test]
    public void Forward_CompilesWithoutSpills([Values("Loop", "Rejecting", "template")] string name)
    {
        CompilationTarget target = CompilationTarget.Ampere;
        ForwardConfig config = CompilationTarget.Config(target.Request(ElementType.BFloat16, 64, blockMask: false));
        (CompiledKernel kernel, _) = target.Compile(Describe(name), KernelKind.Forward, in config);

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
