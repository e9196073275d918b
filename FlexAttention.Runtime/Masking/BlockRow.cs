using System.Runtime.InteropServices;

namespace FlexAttention.Masking;

/// <summary>The blocks that are left of one row, while they are found.</summary>
internal sealed class BlockRow
{
    private readonly List<BlockRun> _partial = [];
    private readonly List<BlockRun> _full = [];

    public ReadOnlySpan<BlockRun> Partial => CollectionsMarshal.AsSpan(_partial);

    public ReadOnlySpan<BlockRun> Full => CollectionsMarshal.AsSpan(_full);

    public void Add(BlockKind kind, BlockRun run) => RunListBuilder.Append(kind == BlockKind.Full ? _full : _partial, 0, run);

    public void Clear()
    {
        _partial.Clear();
        _full.Clear();
    }
}
