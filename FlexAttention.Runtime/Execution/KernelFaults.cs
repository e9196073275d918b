using FlexAttention.Compilation;

namespace FlexAttention.Execution;

/// <summary>What is wrong with a compiled kernel, from the worst to what costs least. The default: nothing.</summary>
/// <param name="ExcessBytes">The shared memory of a block beyond what the GPU has: the kernel cannot start.</param>
/// <param name="Serialized">Whether the assembler has put wgmma instructions one after the other.</param>
/// <param name="SpillBytes">What a thread writes to local memory for want of registers.</param>
internal readonly record struct KernelFaults(int ExcessBytes, bool Serialized, int SpillBytes)
{
    /// <summary>The faults of a kernel that works on tiles.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="sharedBytes">The dynamic shared memory that its tile takes.</param>
    /// <param name="sharedLimit">The most that a block may have of all shared memory.</param>
    /// <param name="harmlessSpillBytes">What a thread may spill without harm.</param>
    public static KernelFaults Of(CompiledKernel kernel, int sharedBytes, int sharedLimit, int harmlessSpillBytes = 0) => new(
        Math.Max(0, kernel.SharedBytes + sharedBytes - sharedLimit),
        kernel.IsSerialized,
        kernel.SpillBytes > harmlessSpillBytes ? kernel.SpillBytes : 0);

    /// <summary>Whether another kernel would be better.</summary>
    public bool IsWorseThan(KernelFaults other) =>
        (ExcessBytes, Serialized, SpillBytes).CompareTo((other.ExcessBytes, other.Serialized, other.SpillBytes)) > 0;
}
