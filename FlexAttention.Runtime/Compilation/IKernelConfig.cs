namespace FlexAttention.Compilation;

/// <summary>
/// Everything that a kernel is specialised by. Lengths, strides, scale and captures are run-time arguments: they compile something
/// only where they change an option, such as whether the queries of heads that share keys are packed into one tile.
/// </summary>
/// <typeparam name="TSelf">The configuration itself.</typeparam>
internal interface IKernelConfig<TSelf> : IEquatable<TSelf>
    where TSelf : struct, IKernelConfig<TSelf>
{
    /// <summary>Float16, BFloat16 or Float32.</summary>
    ElementType Element { get; }

    /// <summary>The head dimension of q and k, padded to a multiple of 16.</summary>
    int HeadDim { get; }

    /// <summary>The head dimension of v, padded to a multiple of 16.</summary>
    int ValueDim { get; }

    /// <summary>What a block of threads works on at once.</summary>
    TileConfig Tile { get; }

    /// <summary>Whether the tile was asked for by hand; else another is taken where this one leaves too few registers.</summary>
    bool TileIsFixed { get; }

    /// <summary>The dynamic shared memory of a block that works on the tile, in bytes.</summary>
    int SharedBytes { get; }

    /// <summary>The spilled bytes of a thread up to which the tile is still faster than the next.</summary>
    int HarmlessSpillBytes { get; }

    /// <summary>The same with another tile.</summary>
    TSelf With(TileConfig tile);

    /// <summary>The tiles that it could have, the best first.</summary>
    /// <param name="architecture">The GPU to compile for.</param>
    /// <param name="sharedLimit">The most shared memory that a block may have there, in bytes.</param>
    IEnumerable<TileConfig> Candidates(GpuArchitecture architecture, int sharedLimit);

    /// <summary>The text of flex/config.cuh.</summary>
    string ToHeader();
}
