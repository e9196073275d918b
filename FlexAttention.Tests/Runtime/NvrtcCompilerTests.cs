using FlexAttention.Compilation;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Runtime;

public sealed class NvrtcCompilerTests
{
    [OneTimeSetUp]
    public void RequireNvrtc() => Requires.Nvrtc();

    [Test]
    public void EveryArchitecture_GivesMachineCodeAndResources(
        [Values("sm_80", "sm_86", "sm_89", "sm_90a")] string option)
    {
        CompiledKernel kernel = NvrtcCompiler.Compile(UnitSources.Of(UnitSources.Empty, new GpuArchitecture(option, 80)));

        // A cubin is an ELF file.
        Assert.That(kernel.Image[..4], Is.EqualTo("\u007fELF"u8.ToArray()));
        Assert.That(kernel.Resources, Has.Count.EqualTo(1));
        Assert.That(kernel.Resources[0].Entry, Is.EqualTo("flex_forward"));
        Assert.That(kernel.Resources[0].Registers, Is.InRange(1, 64));
        Assert.That((kernel.Resources[0].SpillStoreBytes, kernel.Resources[0].SpillLoadBytes), Is.EqualTo((0, 0)));
    }

    [Test]
    public void ArchitectureNewerThanNvrtc_GivesPtx()
    {
        GpuArchitecture architecture = GpuArchitecture.Of(new Version(99, 0), NvrtcCompiler.SupportedArchitectures);
        CompiledKernel kernel = NvrtcCompiler.Compile(UnitSources.Of(UnitSources.Empty, architecture));

        Assert.That(architecture.IsPtx);
        Assert.That(System.Text.Encoding.ASCII.GetString(kernel.Image), Does.Contain(".entry flex_forward"));
        Assert.That(kernel.Image[^1], Is.Zero);
    }

    [Test]
    public void SourceWithAnError_NamesTheCSharpLineAndShowsTheSource()
    {
        KernelCompilationException failure = Assert.Throws<KernelCompilationException>(
            () => NvrtcCompiler.Compile(UnitSources.Of(UnitSources.Broken)))!;

        Assert.That(failure.Message, Does.Contain("Variants.cs(7)").And.Contain("undeclared").And.Contain("Tests.Unit"));
        Assert.That(failure.NumberedSource, Does.Contain("    2  extern"));
        Assert.That(failure.ToString(), Does.Contain(failure.NumberedSource));
        Assert.That(failure.Architecture, Is.EqualTo("sm_80"));
    }
}
