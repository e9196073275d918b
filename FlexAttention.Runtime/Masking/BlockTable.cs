using FlexAttention.Execution;

namespace FlexAttention.Masking;

/// <summary>The lists of a block mask in the memory of one device, as kernels read them.</summary>
internal sealed unsafe class BlockTable(
    BlockGrid grid,
    DeviceTensor<int> partialOffsets,
    DeviceTensor<int> partialIndices,
    DeviceTensor<int> fullOffsets,
    DeviceTensor<int> fullIndices) : IDisposable
{
    private volatile BlockTable? _transposed;

    public BlockGrid Grid => grid;

    public Device Device => partialOffsets.Device;

    public long PartialCount => partialIndices.Length;

    public long FullCount => fullIndices.Length;

    /// <summary>The same blocks listed by keys, once <see cref="Transpose"/> has been called.</summary>
    public BlockTable? Transposed => _transposed;

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
        Batch = grid.Batch,
        Heads = grid.Heads,
        QueryBlock = grid.QueryBlock,
        KeyBlock = grid.KeyBlock,
    };

    /// <summary>Copies lists to a device.</summary>
    public static BlockTable From(BlockLists lists, Device device) => new(
        lists.Grid,
        DeviceTensor<int>.From(lists.PartialOffsets, device),
        DeviceTensor<int>.From(lists.PartialIndices, device),
        DeviceTensor<int>.From(lists.FullOffsets, device),
        DeviceTensor<int>.From(lists.FullIndices, device));

    /// <summary>Lists the same blocks by keys, on the same device. One thread at a time.</summary>
    public BlockTable Transpose() => _transposed ??= From(BlockTransposer.Transpose(ToHost()), Device);

    /// <summary>Copies the lists to the host.</summary>
    public BlockLists ToHost() => new(
        grid, partialOffsets.ToArray(), partialIndices.ToArray(), fullOffsets.ToArray(), fullIndices.ToArray());

    public void Dispose()
    {
        partialOffsets.Dispose();
        partialIndices.Dispose();
        fullOffsets.Dispose();
        fullIndices.Dispose();
        _transposed?.Dispose();
    }
}
