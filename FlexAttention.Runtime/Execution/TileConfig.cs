namespace FlexAttention;

/// <summary>What a block of threads works on at once, and which kernel it is for.</summary>
/// <param name="BlockM">Query rows.</param>
/// <param name="BlockN">Keys.</param>
/// <param name="Warps">Warps of 32 threads.</param>
/// <param name="Stages">Key/value tiles in shared memory at once.</param>
/// <param name="TwoLoops">
/// Ampere: whether masked tiles of keys have a loop of their own: less time where registers allow it.
/// </param>
/// <param name="Park">Ampere: whether the softmax's state waits in shared memory during the first product: fewer registers.</param>
/// <param name="Family">The kernel.</param>
/// <param name="Persistent">Hopper: whether a block goes on to further tiles of queries: one block a multiprocessor.</param>
/// <param name="LazyRescale">Hopper: whether the output is rescaled only where a maximum has risen much.</param>
/// <param name="PackHeads">Hopper: whether the rows are all queries of all heads that share keys, instead of one head's queries.</param>
/// <param name="SplitKeys">Hopper: whether several blocks may share the keys of a tile of queries; a kernel of its own adds up what they give.</param>
internal readonly record struct TileConfig(
    int BlockM,
    int BlockN,
    int Warps,
    int Stages,
    bool TwoLoops = false,
    bool Park = false,
    KernelFamily Family = KernelFamily.Ampere,
    bool Persistent = false,
    bool LazyRescale = false,
    bool PackHeads = false,
    bool SplitKeys = false)
{
    /// <summary>The rows of a warpgroup on Hopper.</summary>
    public const int WarpgroupRows = 64;

    private const int WarpgroupWarps = 4;

    /// <summary>The bytes that pad a row of a tile in shared memory, so that rows start in different banks.</summary>
    internal const int RowPadding = 16;

    /// <summary>What the start of a block's shared memory may be short of a swizzled tile's boundary.</summary>
    internal const int SwizzleAlignment = 1024;

    /// <summary>The threads of a block.</summary>
    public int Threads => Warps * 32;

    /// <summary>A tile of the Hopper kernel: a warpgroup for every 64 query rows, and one that loads.</summary>
    public static TileConfig Hopper(int blockM, int blockN, int stages = 2, bool persistent = false, bool lazyRescale = false) => new(
        blockM,
        blockN,
        HopperWarps(blockM),
        stages,
        Family: KernelFamily.Hopper,
        Persistent: persistent,
        LazyRescale: lazyRescale);

    /// <summary>A tile of the Hopper backward kernel: a warpgroup for every 64 keys, and one that loads.</summary>
    public static TileConfig HopperBackward(int blockM, int blockN, int stages = 2) =>
        new(blockM, blockN, HopperWarps(blockN), stages, Family: KernelFamily.Hopper);

    /// <summary>The warps that a Hopper kernel needs for so many rows in registers.</summary>
    public static int HopperWarps(int rows) => ((rows / WarpgroupRows) + 1) * WarpgroupWarps;

    /// <summary>The tile as a caller would ask for it.</summary>
    public TileOverride ToOverride() =>
        new(BlockM, BlockN, Warps, Stages)
        {
            Family = Family,
            Persistent = Persistent,
            LazyRescale = LazyRescale,
            PackHeads = PackHeads,
            SplitKeys = SplitKeys,
        };

    /// <inheritdoc/>
    public override string ToString()
    {
        (bool On, string Name)[] options =
        [
            (TwoLoops, "two loops"), (Park, "parked"), (Persistent, "persistent"), (LazyRescale, "lazy"), (PackHeads, "packed"), (SplitKeys, "split"),
        ];
        string names = string.Concat(options.Where(static option => option.On).Select(static option => $", {option.Name}"));
        return $"{Family} {BlockM} x {BlockN}, {Warps} warps, {Stages} stages{names}";
    }

    /// <summary>The bytes of a row of 16-bit elements, in whole swizzled units of 64 elements.</summary>
    internal static int SwizzledRow(int dimension) => Rounding.Up(dimension, 64) * 2;
}
