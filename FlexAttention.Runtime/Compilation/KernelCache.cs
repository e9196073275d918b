using System.Collections.Concurrent;
using FlexAttention.Compilation;
using FlexAttention.Execution;

namespace FlexAttention;

/// <summary>
/// The compiled kernels: in memory for this process, and on disk for the next one. A kernel's name is a hash of its whole
/// source, its options and NVRTC's version, so an entry is never stale.
/// </summary>
public static class KernelCache
{
    private static readonly ConcurrentDictionary<string, Lazy<CompiledKernel>> Kernels = new();
    private static long s_compilations;
    private static long s_diskHits;
    private static long s_diskRejects;
    private static long s_diskWriteFailures;
    private static long s_memoryHits;

    /// <summary>
    /// The folder on disk. By default the environment variable FLEXATTENTION_CACHE, else <c>flexattention</c> under
    /// XDG_CACHE_HOME, else under the user's local application data. Null: no disk cache.
    /// </summary>
    public static string? Folder { get; set; } = DefaultFolder();

    /// <summary>What may be done when a kernel is needed.</summary>
    public static KernelCacheMode Mode { get; set; }

    /// <summary>Counts of what has happened in this process so far.</summary>
    public static KernelCacheStatistics Statistics => new(
        Interlocked.Read(ref s_compilations),
        Interlocked.Read(ref s_diskHits),
        Interlocked.Read(ref s_diskRejects),
        Interlocked.Read(ref s_diskWriteFailures),
        Interlocked.Read(ref s_memoryHits));

    /// <summary>
    /// The forward kernels that this process has loaded, in no order: which kernel family and tile serve which calls.
    /// </summary>
    public static IReadOnlyList<LoadedKernelInfo> ForwardKernels => KernelTable.Describe<ForwardConfig>(KernelKind.Forward);

    /// <summary>The same of backward calls, whose tiles are of their own.</summary>
    public static IReadOnlyList<LoadedKernelInfo> BackwardKernels => KernelTable.Describe<BackwardConfig>(KernelKind.Backward);

    /// <summary>Counts a kernel that was found loaded.</summary>
    internal static void CountMemoryHit() => Interlocked.Increment(ref s_memoryHits);

    /// <summary>The compiled unit, from memory, disk or NVRTC. Threads that want the same one wait for one compilation.</summary>
    internal static CompiledKernel Get(KernelUnit unit)
    {
        string key = unit.Key(NvrtcCompiler.Version);
        Lazy<CompiledKernel> kernel = Kernels.GetOrAdd(key, static (key, unit) => new(() => ReadOrCompile(key, unit)), unit);
        try
        {
            return kernel.Value;
        }
        catch
        {
            // A failure is not kept: the folder, the mode or the disk may be another the next time.
            Kernels.TryRemove(KeyValuePair.Create(key, kernel));
            throw;
        }
    }

    /// <summary>Forgets what this process holds in memory, so that tests can see the disk cache at work.</summary>
    internal static void ClearMemory() => Kernels.Clear();

    private static CompiledKernel ReadOrCompile(string key, KernelUnit unit)
    {
        DiskKernelCache? disk = Mode == KernelCacheMode.MemoryOnly || string.IsNullOrEmpty(Folder) ? null : new DiskKernelCache(Folder);
        if (disk is not null)
        {
            switch (disk.TryRead(key, out CompiledKernel? cached, out _))
            {
                case DiskKernelCache.Outcome.Found:
                    Interlocked.Increment(ref s_diskHits);
                    return cached!;
                case DiskKernelCache.Outcome.Rejected:
                    Interlocked.Increment(ref s_diskRejects);
                    break;
            }
        }

        if (Mode == KernelCacheMode.NeverCompile)
            throw new KernelNotCachedException(unit.Variant, unit.Kind.ToString(), unit.Architecture.Option, Folder);
        Interlocked.Increment(ref s_compilations);
        CompiledKernel kernel = NvrtcCompiler.Compile(unit);
        if (disk?.TryWrite(key, kernel) == false)
            Interlocked.Increment(ref s_diskWriteFailures);
        return kernel;
    }

    private static string? DefaultFolder()
    {
        if (Environment.GetEnvironmentVariable("FLEXATTENTION_CACHE") is { Length: > 0 } folder)
            return folder;
        string? root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        // The specification of XDG_CACHE_HOME says to ignore relative paths.
        if (!Path.IsPathRooted(root))
            root = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return string.IsNullOrEmpty(root) ? null : Path.Combine(root, "flexattention");
    }
}
