using FlexAttention.Compilation;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Runtime;

[NonParallelizable]
public sealed class KernelCacheTests
{
    private string? _previousFolder;
    private string _folder = "";

    [OneTimeSetUp]
    public void RequireNvrtc() => Requires.Nvrtc();

    [SetUp]
    public void UseOwnFolder()
    {
        _previousFolder = KernelCache.Folder;
        _folder = Directory.CreateTempSubdirectory("flexattention-cache-").FullName;
        KernelCache.Folder = _folder;
    }

    [TearDown]
    public void Restore()
    {
        KernelCache.Mode = KernelCacheMode.Default;
        KernelCache.Folder = _previousFolder;
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public void SecondUse_ComesFromMemory()
    {
        KernelUnit unit = UnitSources.Unique();
        CompiledKernel first = KernelCache.Get(unit);
        long compilations = KernelCache.Statistics.Compilations;

        Assert.That(KernelCache.Get(unit), Is.SameAs(first));
        Assert.That(KernelCache.Statistics.Compilations, Is.EqualTo(compilations));
    }

    [Test]
    public void NextProcess_ReadsFromDisk()
    {
        KernelUnit unit = UnitSources.Unique();
        CompiledKernel first = KernelCache.Get(unit);
        KernelCacheStatistics before = KernelCache.Statistics;
        KernelCache.ClearMemory();
        CompiledKernel second = KernelCache.Get(unit);

        Assert.That(KernelCache.Statistics.Compilations, Is.EqualTo(before.Compilations));
        Assert.That(KernelCache.Statistics.DiskHits, Is.EqualTo(before.DiskHits + 1));
        Assert.That(second.Image, Is.EqualTo(first.Image));
        Assert.That(second.Resources, Is.EqualTo(first.Resources));
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1), "no temporary file is left");
    }

    [Test]
    public void ManyThreads_CompileOnce()
    {
        KernelUnit unit = UnitSources.Unique();
        long before = KernelCache.Statistics.Compilations;
        Parallel.For(0, 16, _ => KernelCache.Get(unit));

        Assert.That(KernelCache.Statistics.Compilations, Is.EqualTo(before + 1));
    }

    [TestCase("flip")]
    [TestCase("truncate")]
    [TestCase("empty")]
    [TestCase("foreign")]
    [TestCase("directory")]
    public void DamagedFile_IsCompiledAnewAndReplaced(string damage)
    {
        KernelUnit unit = UnitSources.Unique();
        CompiledKernel first = KernelCache.Get(unit);
        string path = Directory.GetFiles(_folder)[0];
        Damage(path, damage);
        KernelCache.ClearMemory();
        KernelCacheStatistics before = KernelCache.Statistics;
        CompiledKernel second = KernelCache.Get(unit);

        Assert.That(second.Image, Is.EqualTo(first.Image));
        Assert.That(KernelCache.Statistics.Compilations, Is.EqualTo(before.Compilations + 1));
        if (damage == "directory")
            return;
        Assert.That(KernelCache.Statistics.DiskRejects, Is.EqualTo(before.DiskRejects + 1));
        KernelCache.ClearMemory();
        KernelCache.Get(unit);
        Assert.That(KernelCache.Statistics.DiskHits, Is.EqualTo(before.DiskHits + 1), "the damaged file was replaced");
    }

    [Test]
    public void FileOfAnotherKernel_IsRejected()
    {
        KernelUnit unit = UnitSources.Unique();
        KernelCache.Get(unit);
        string path = Directory.GetFiles(_folder)[0];
        var disk = new DiskKernelCache(_folder);
        string other = new('0', 64);
        File.Copy(path, disk.PathOf(other));

        Assert.That(disk.TryRead(other, out _, out string? reason), Is.EqualTo(DiskKernelCache.Outcome.Rejected));
        Assert.That(reason, Is.EqualTo("another kernel's file"));
    }

    [Test]
    public void UnwritableFolder_StillGivesTheKernel()
    {
        // A folder below a file can be neither made nor read, whoever runs the test.
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        KernelCache.Folder = Path.Combine(file, "cache");
        long before = KernelCache.Statistics.DiskWriteFailures;

        Assert.That(KernelCache.Get(UnitSources.Unique()).Image, Is.Not.Empty);
        Assert.That(KernelCache.Statistics.DiskWriteFailures, Is.EqualTo(before + 1));
    }

    [Test]
    public void NoFolder_StillGivesTheKernel()
    {
        KernelCache.Folder = null;

        Assert.That(KernelCache.Get(UnitSources.Unique()).Image, Is.Not.Empty);
    }

    [Test]
    public void MemoryOnly_LeavesTheDiskAlone()
    {
        KernelCache.Mode = KernelCacheMode.MemoryOnly;
        KernelCache.Get(UnitSources.Unique());

        Assert.That(Directory.GetFileSystemEntries(_folder), Is.Empty);
    }

    [Test]
    public void NeverCompile_ThrowsForAMissingKernelAndServesACachedOne()
    {
        KernelUnit cached = UnitSources.Unique();
        KernelCache.Get(cached);
        KernelCache.ClearMemory();
        KernelCache.Mode = KernelCacheMode.NeverCompile;

        KernelNotCachedException failure = Assert.Throws<KernelNotCachedException>(() => KernelCache.Get(UnitSources.Unique()))!;
        Assert.That(failure.Message, Does.Contain(_folder).And.Contain("sm_80").And.Contain("Tests.Unit"));
        Assert.That(KernelCache.Get(cached).Image, Is.Not.Empty);
    }

    [Test]
    public void FailedCompilation_IsTriedAgain()
    {
        KernelUnit unit = UnitSources.Of(UnitSources.Broken);
        long before = KernelCache.Statistics.Compilations;

        Assert.Throws<KernelCompilationException>(() => KernelCache.Get(unit));
        Assert.Throws<KernelCompilationException>(() => KernelCache.Get(unit));
        Assert.That(KernelCache.Statistics.Compilations, Is.EqualTo(before + 2));
    }

    private static void Damage(string path, string damage)
    {
        byte[] bytes = File.ReadAllBytes(path);
        switch (damage)
        {
            case "flip":
                bytes[^5] ^= 1;
                File.WriteAllBytes(path, bytes);
                break;
            case "truncate":
                File.WriteAllBytes(path, bytes[..^100]);
                break;
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            case "foreign":
                File.WriteAllText(path, new string('x', 4096));
                break;
            case "directory":
                File.Delete(path);
                Directory.CreateDirectory(path);
                break;
        }
    }
}
