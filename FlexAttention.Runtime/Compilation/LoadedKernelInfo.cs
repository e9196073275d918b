namespace FlexAttention;

/// <summary>A forward or backward kernel that this process has loaded: what a call with such elements and head dimensions runs.</summary>
/// <param name="Variant">The variant's C# name.</param>
/// <param name="Device">The GPU.</param>
/// <param name="ElementType">The element type of q, k and v.</param>
/// <param name="HeadDim">The head dimension of q and k, padded to a multiple of 16.</param>
/// <param name="ValueDim">The head dimension of v, padded likewise.</param>
/// <param name="Tile">The tile that was chosen, and by its family the kernel.</param>
/// <param name="Registers">
/// Registers a thread starts with, of which the Hopper kernel's producers give most to its consumers; 0 where the driver
/// compiles the kernel. Of a backward call's kernels, the most that one has.
/// </param>
/// <param name="SpillBytes">What a thread writes to local memory for want of registers.</param>
/// <param name="IsSerialized">Hopper: whether the assembler could not let the tensor cores' instructions overlap with others.</param>
public sealed record LoadedKernelInfo(
    string Variant,
    CudaDevice Device,
    ElementType ElementType,
    int HeadDim,
    int ValueDim,
    TileOverride Tile,
    int Registers,
    int SpillBytes,
    bool IsSerialized);
