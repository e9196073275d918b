using FlexAttention.Execution;

namespace FlexAttention.Masking;

/// <summary>
/// The lists of a block mask in the memory of one device, as kernels walk them: row <c>r</c>'s partial blocks are
/// <c>partialIndices[partialRanges[2 r] .. partialRanges[2 r + 1]]</c>, ascending, and its full blocks likewise.
/// </summary>
internal sealed unsafe class BlockTable(
    BlockGrid grid,
    DeviceTensor<int> partialRanges,
    DeviceTensor<int> partialIndices,
    DeviceTensor<int> fullRanges,
    DeviceTensor<int> fullIndices,
    DeviceTensor<long> totals) : BlockStore(grid, partialRanges.Device)
{
    /// <summary>Read from the device when first asked for.</summary>
    private readonly Lazy<long[]> _counts = new(totals.ToArray);

    public override long PartialCount => _counts.Value[0];

    public override long FullCount => _counts.Value[1];

    /// <summary>The addresses of the lists.</summary>
    public BlockMaskView View => new()
    {
        PartialRanges = (int*)partialRanges.Pointer,
        PartialIndices = (int*)partialIndices.Pointer,
        FullRanges = (int*)fullRanges.Pointer,
        FullIndices = (int*)fullIndices.Pointer,
    };

    /// <summary>What the lists are indexed by.</summary>
    public BlockMaskExtents Extents => new()
    {
        Batch = Grid.Batch,
        Heads = Grid.Heads,
        QueryBlock = Grid.QueryBlock,
        KeyBlock = Grid.KeyBlock,
    };

    /// <summary>Lists blocks on a device.</summary>
    public static BlockTable From(BlockLists lists, Device device)
    {
        (int[] partialRanges, int[] partialIndices) = lists.Partial.ToIndices(lists.Grid.KeyBlocks);
        (int[] fullRanges, int[] fullIndices) = lists.Full.ToIndices(lists.Grid.KeyBlocks);
        return new BlockTable(
            lists.Grid,
            DeviceTensor<int>.From(partialRanges, device),
            DeviceTensor<int>.From(partialIndices, device),
            DeviceTensor<int>.From(fullRanges, device),
            DeviceTensor<int>.From(fullIndices, device),
            DeviceTensor<long>.From([lists.Partial.Blocks, lists.Full.Blocks], device));
    }

    public override BlockLists ToLists() => new(
        Grid,
        RunList.From(partialRanges.ToArray(), partialIndices.ToArray()),
        RunList.From(fullRanges.ToArray(), fullIndices.ToArray()));

    public override BlockTable ToTable() => this;

    public override void Free()
    {
        partialRanges.Dispose();
        partialIndices.Dispose();
        fullRanges.Dispose();
        fullIndices.Dispose();
        totals.Dispose();
    }
}
