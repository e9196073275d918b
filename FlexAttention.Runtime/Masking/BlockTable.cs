using FlexAttention.Execution;

namespace FlexAttention.Masking;

/// <summary>
/// The lists of a block mask in the memory of one device, as kernels walk them: row <c>r</c>'s partial blocks are
/// <c>partialIndices[partialOffsets[r] .. partialOffsets[r + 1]]</c>, ascending, and its full blocks likewise.
/// </summary>
internal sealed unsafe class BlockTable(
    BlockGrid grid,
    DeviceTensor<int> partialOffsets,
    DeviceTensor<int> partialIndices,
    DeviceTensor<int> fullOffsets,
    DeviceTensor<int> fullIndices,
    DeviceTensor<long> totals) : BlockStore(grid, partialOffsets.Device)
{
    /// <summary>Read from the device when first asked for.</summary>
    private readonly Lazy<long[]> _counts = new(totals.ToArray);

    public override long PartialCount => _counts.Value[0];

    public override long FullCount => _counts.Value[1];

    /// <summary>The addresses of the lists.</summary>
    public BlockMaskView View => new()
    {
        PartialOffsets = (int*)partialOffsets.Pointer,
        PartialIndices = (int*)partialIndices.Pointer,
        FullOffsets = (int*)fullOffsets.Pointer,
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
        (int[] partialOffsets, int[] partialIndices) = lists.Partial.ToIndices();
        (int[] fullOffsets, int[] fullIndices) = lists.Full.ToIndices();
        return new BlockTable(
            lists.Grid,
            DeviceTensor<int>.From(partialOffsets, device),
            DeviceTensor<int>.From(partialIndices, device),
            DeviceTensor<int>.From(fullOffsets, device),
            DeviceTensor<int>.From(fullIndices, device),
            DeviceTensor<long>.From([lists.Partial.Blocks, lists.Full.Blocks], device));
    }

    public override BlockLists ToLists() => new(
        Grid,
        RunList.From(partialOffsets.ToArray(), partialIndices.ToArray()),
        RunList.From(fullOffsets.ToArray(), fullIndices.ToArray()));

    public override BlockTable ToTable() => this;

    public override void Free()
    {
        partialOffsets.Dispose();
        partialIndices.Dispose();
        fullOffsets.Dispose();
        fullIndices.Dispose();
        totals.Dispose();
    }
}
