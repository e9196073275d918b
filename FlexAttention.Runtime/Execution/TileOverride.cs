namespace FlexAttention;

/// <summary>
/// A tile asked for by hand: query rows and keys a block handles at once, its warps and its pipeline's depth. What is said here is
/// of forward calls; <see cref="BackwardOptions.Tile"/> has the rules of backward calls.
/// </summary>
/// <param name="BlockM">Query rows; a multiple of 16. Hopper: 64, 128 or 192.</param>
/// <param name="BlockN">Keys; a multiple of 16, up to 256.</param>
/// <param name="Warps">Warps of 32 threads: 1 to 16. Hopper: four for each 64 query rows, and four more.</param>
/// <param name="Stages">Key/value tiles in shared memory at once: 1 or 2. Hopper: 2 to 8.</param>
public readonly record struct TileOverride(int BlockM, int BlockN, int Warps, int Stages)
{
    /// <summary>Which kernel the tile is for.</summary>
    public KernelFamily Family { get; init; }

    /// <summary>Hopper: whether as many blocks run as there are multiprocessors, each on one tile of queries after the other.</summary>
    public bool Persistent { get; init; }

    /// <summary>
    /// Hopper: whether the output is rescaled only where a row's maximum has risen so far that float32 could overflow
    /// without it. The result is the same: its sum waits, too.
    /// </summary>
    public bool LazyRescale { get; init; }

    /// <summary>
    /// Hopper: whether the rows are the queries of all heads that share keys; needs such heads, as few queries in them as fit a BlockM
    /// of 64, and a block mask, if there is one, that is the same for all heads.
    /// </summary>
    public bool PackHeads { get; init; }

    /// <summary>
    /// Hopper: whether several blocks may share the keys of a tile of queries, where there are fewer tiles than multiprocessors; a kernel
    /// of its own then adds up what they give. Needs a BlockM of 64, and no more queries than that.
    /// </summary>
    public bool SplitKeys { get; init; }

    /// <summary>A tile of the Hopper backward kernel, with the warps that it needs.</summary>
    /// <param name="blockM">Query rows: 64, or as many as keys.</param>
    /// <param name="blockN">Keys: 64 or 128.</param>
    /// <param name="stages">Tiles of queries in shared memory at once: 2 to 8.</param>
    public static TileOverride HopperBackward(int blockM, int blockN, int stages = 2) =>
        new(blockM, blockN, TileConfig.HopperWarps(blockN), stages) { Family = KernelFamily.Hopper };

    /// <summary>A tile of the Hopper kernel, with the warps that it needs.</summary>
    /// <param name="blockM">Query rows: 64, 128 or 192.</param>
    /// <param name="blockN">Keys; a multiple of 16, up to 256.</param>
    /// <param name="stages">Key/value tiles in shared memory at once: 2 to 8.</param>
    public static TileOverride Hopper(int blockM, int blockN, int stages = 2) =>
        new(blockM, blockN, TileConfig.HopperWarps(blockM), stages) { Family = KernelFamily.Hopper };
}
