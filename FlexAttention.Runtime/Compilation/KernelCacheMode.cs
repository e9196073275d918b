namespace FlexAttention;

/// <summary>What may be done when a kernel is needed.</summary>
public enum KernelCacheMode
{
    /// <summary>Read it from the disk cache, else compile it and write it there.</summary>
    Default,

    /// <summary>Compile it once in this process; leave the disk alone.</summary>
    MemoryOnly,

    /// <summary>Read it from the disk cache, else throw <see cref="KernelNotCachedException"/>: nothing compiles in production.</summary>
    NeverCompile,
}
