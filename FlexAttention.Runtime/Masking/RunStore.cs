namespace FlexAttention.Masking;

/// <summary>Blocks as runs in host memory, whatever device their kernels run on.</summary>
internal sealed class RunStore(BlockLists lists, Device device) : BlockStore(lists.Grid, device)
{
    public override long PartialCount => lists.Partial.Blocks;

    public override long FullCount => lists.Full.Blocks;

    public override BlockLists ToLists() => lists;
}
