namespace FlexAttention;

/// <summary>What has happened in this process so far.</summary>
/// <param name="Compilations">
/// Kernels compiled by NVRTC. Other lengths add nothing, but for the kernels that Hopper has for up to 64 queries: one, and
/// another where heads share keys and have so few queries together.
/// </param>
/// <param name="DiskHits">Kernels read from the disk cache.</param>
/// <param name="DiskRejects">Files in the disk cache that were damaged, foreign or unreadable, and so ignored.</param>
/// <param name="DiskWriteFailures">Kernels that could not be written to the disk cache.</param>
/// <param name="MemoryHits">Kernels that were loaded already.</param>
public readonly record struct KernelCacheStatistics(
    long Compilations, long DiskHits, long DiskRejects, long DiskWriteFailures, long MemoryHits);
