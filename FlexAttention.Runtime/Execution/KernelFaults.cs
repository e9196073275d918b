using FlexAttention.Compilation;

namespace FlexAttention.Execution;

/// <summary>What is wrong with a compiled kernel, from the worst to what costs least. The default: nothing.</summary>
/// <param name="ExcessBytes">The shared memory of a block beyond what the GPU has: the kernel cannot start.</param>
/// <param name="Serialized">Whether the assembler has put wgmma instructions one after the other.</param>
/// <param name="SpillBytes">What a thread writes to local memory for want of registers.</param>
internal readonly record struct KernelFaults(int ExcessBytes, bool Serialized, int SpillBytes)
{
    /// <summary>The faults of a forward kernel.</summary>
    public static KernelFaults Of(CompiledKernel kernel, in TileConfig tile, in TileRequest request)
    {
        int bytes = kernel.SharedBytes + tile.SharedBytes(request.Element, request.HeadDim, request.ValueDim);
        return new KernelFaults(Math.Max(0, bytes - request.SharedLimit), kernel.IsSerialized, kernel.SpillBytes);
    }

    /// <summary>Whether another kernel would be better.</summary>
    public bool IsWorseThan(KernelFaults other) =>
        (ExcessBytes, Serialized, SpillBytes).CompareTo((other.ExcessBytes, other.Serialized, other.SpillBytes)) > 0;
}
