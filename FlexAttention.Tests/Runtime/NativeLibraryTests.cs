using FlexAttention.Interop;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Runtime;

public sealed class NativeLibraryTests
{
    [Test]
    public void MissingLibrary_NamesEveryFileTriedAndTheFix()
    {
        string absent = Path.Combine(Path.GetTempPath(), "no-such-folder", "libnvrtc.so.12");
        string garbage = Path.GetTempFileName();
        File.WriteAllText(garbage, "not a library");
        try
        {
            LoadedLibrary library = LoadedLibrary.LoadFirst("NVRTC", [absent, garbage, "libflexattention-no-such.so"], "Install it.");

            Assert.That(library.IsLoaded, Is.False);
            NativeLibraryNotFoundException failure = Assert.Throws<NativeLibraryNotFoundException>(() => library.HandleOrThrow())!;
            Assert.That(failure.Message, Does.Contain("Install it.").And.Contain($"{absent} (no such file)").And.Contain(garbage));
            Assert.That(failure.Attempts, Has.Count.EqualTo(3));
            Assert.That(failure.Library, Is.EqualTo("NVRTC"));
        }
        finally
        {
            File.Delete(garbage);
        }
    }

    [Test]
    public void FirstLoadableCandidate_IsTaken()
    {
        string present = OperatingSystem.IsWindows() ? "kernel32.dll" : "libc.so.6";
        LoadedLibrary library = LoadedLibrary.LoadFirst("C", ["/no/such/file", present], "");

        Assert.That(library.IsLoaded);
        Assert.That(library.Path, Is.EqualTo(present));
    }

    [Test]
    public void FolderWithoutNvrtc_IsNamedAndNotReplaced()
    {
        string folder = Directory.CreateTempSubdirectory("flexattention-no-nvrtc-").FullName;
        try
        {
            NativeLibraryNotFoundException failure = NvrtcLocator.Load(folder).NotFound();

            Assert.That(failure.Message, Does.Contain("FLEXATTENTION_NVRTC").And.Contain("eng/fetch-nvrtc.sh"));
            Assert.That(failure.Attempts, Is.All.StartWith(folder));
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    [Test]
    public void NvrtcPath_IsFixedOnceLoaded()
    {
        Requires.Nvrtc();

        Assert.Throws<InvalidOperationException>(() => KernelCompiler.NvrtcPath = "/elsewhere");
        Assert.DoesNotThrow(() => KernelCompiler.NvrtcPath = KernelCompiler.NvrtcPath);
    }

    [Test]
    public void MachineWithoutDriver_SaysSoAndUsesTheCpu()
    {
        if (NativeLibraries.CudaDriver.IsLoaded)
            Assert.Ignore("This machine has a CUDA driver.");

        Assert.That(CudaDevice.Count, Is.Zero);
        Assert.That(Device.Best, Is.SameAs(Device.Cpu));
        Assert.That(Device.DescribeBest(), Does.Contain("libcuda.so.1").Or.Contain("nvcuda.dll"));
        Assert.That(
            Assert.Throws<NativeLibraryNotFoundException>(() => CudaDevice.Get())!.Message,
            Does.Contain("driver").And.Contain("--gpus all"));
    }

    [Test]
    public void Description_NamesDriverCompilerCacheAndDevice()
    {
        string text = Diagnostics.Describe();

        string[] titles = ["FlexAttention:", "CPU:", "CUDA driver:", "NVRTC:", "Kernel cache:", "Best device:"];
        foreach (string title in titles)
            Assert.That(text, Does.Contain(title));
        Assert.That(text, Does.Contain(KernelCache.Folder!));
        if (NativeLibraries.NvrtcCompiler.IsLoaded)
            Assert.That(text, Does.Contain("libnvrtc").Or.Contain("nvrtc64"));
        TestContext.Out.WriteLine(text);
    }
}
