namespace FlexAttention.Tests;

/// <summary>
/// Prepares the process for all tests: NVRTC from where eng/fetch-nvrtc.sh puts it, and a kernel cache of its own. In the
/// outermost namespace, so that it covers all of them.
/// </summary>
[SetUpFixture]
public sealed class TestEnvironment
{
    private string? _cache;

    /// <summary>The repository's root; null where the tests run without it.</summary>
    public static string? RepositoryRoot { get; } = FindRoot();

    [OneTimeSetUp]
    public void Prepare()
    {
        string? fetched = RepositoryRoot is null ? null : Path.Combine(RepositoryRoot, "artifacts", "nvrtc");
        if (string.IsNullOrEmpty(KernelCompiler.NvrtcPath) && Directory.Exists(fetched))
            KernelCompiler.NvrtcPath = fetched;
        _cache = Directory.CreateTempSubdirectory("flexattention-tests-").FullName;
        KernelCache.Folder = _cache;
    }

    [OneTimeTearDown]
    public void CleanUp()
    {
        if (_cache is not null)
            Directory.Delete(_cache, recursive: true);
    }

    private static string? FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "FlexAttention.sln")))
                return folder.FullName;
        }

        return null;
    }
}
