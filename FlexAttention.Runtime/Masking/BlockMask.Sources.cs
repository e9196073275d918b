using FlexAttention.Descriptors;
using FlexAttention.Masking;

namespace FlexAttention;

/// <content>Block masks from what a caller knows already.</content>
public sealed partial class BlockMask
{
    /// <summary>A block mask from the kinds of its blocks, the same for all batches and heads.</summary>
    /// <param name="variant">The descriptor of the mask variant, which still decides the pairs of partial blocks.</param>
    /// <param name="kinds">By query block and key block.</param>
    /// <param name="queryLength">The number of queries.</param>
    /// <param name="keyLength">The number of keys.</param>
    /// <param name="options">What the creation chooses; the defaults when null.</param>
    /// <exception cref="ArgumentException">The number of kinds is not that of the blocks, or one is none of the three; or there is a cache.</exception>
    public static BlockMask FromBlocks(
        VariantDescriptor variant, BlockKind[,] kinds, int queryLength, int keyLength, BlockMaskOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        var all = new BlockKind[1, 1, kinds.GetLength(0), kinds.GetLength(1)];
        for (int query = 0; query < kinds.GetLength(0); query++)
        {
            for (int key = 0; key < kinds.GetLength(1); key++)
                all[0, 0, query, key] = kinds[query, key];
        }

        return FromBlocks(variant, all, queryLength, keyLength, options);
    }

    /// <summary>A block mask from the kinds of its blocks.</summary>
    /// <param name="variant">The descriptor of the mask variant, which still decides the pairs of partial blocks.</param>
    /// <param name="kinds">By batch, head, query block and key block. One batch, or one head, stands for all.</param>
    /// <param name="queryLength">The number of queries.</param>
    /// <param name="keyLength">The number of keys.</param>
    /// <param name="options">What the creation chooses; the defaults when null.</param>
    /// <exception cref="ArgumentException">The number of kinds is not that of the blocks, or one is none of the three; or there is a cache.</exception>
    public static BlockMask FromBlocks(
        VariantDescriptor variant, BlockKind[,,,] kinds, int queryLength, int keyLength, BlockMaskOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        (int batch, int heads) = (kinds.GetLength(0), kinds.GetLength(1));
        BlockMaskTarget target = BlockMaskTarget.Of(variant, batch, heads, queryLength, keyLength, options);
        BlockGrid grid = target.Grid;
        BlockMaskValidator.BlockCounts(grid, kinds.GetLength(2), kinds.GetLength(3), nameof(kinds));
        BlockMaskValidator.Kinds(kinds, nameof(kinds));
        var builder = new BlockListsBuilder(grid);
        for (int row = 0; row < grid.Rows; row++)
        {
            (int b, int h, int queryBlock) = grid.Decode(row);
            for (int block = 0; block < grid.KeyBlocks; block++)
                builder.Add(kinds[b, h, queryBlock, block], new BlockRun(block, block + 1));
            builder.EndRow();
        }

        return target.Create(builder.ToLists());
    }

    /// <summary>A block mask from lists of its blocks, the same for all batches and heads.</summary>
    /// <param name="variant">The descriptor of the mask variant, which still decides the pairs of partial blocks.</param>
    /// <param name="partial">By query block the partial key blocks, ascending.</param>
    /// <param name="full">By query block the full key blocks, ascending. Blocks in neither list are empty.</param>
    /// <param name="queryLength">The number of queries.</param>
    /// <param name="keyLength">The number of keys.</param>
    /// <param name="options">What the creation chooses; the defaults when null.</param>
    /// <exception cref="ArgumentException">A list has blocks out of order, twice or past the last key; or there is a cache.</exception>
    public static BlockMask FromLists(
        VariantDescriptor variant, int[][] partial, int[][] full, int queryLength, int keyLength, BlockMaskOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(partial);
        ArgumentNullException.ThrowIfNull(full);
        BlockMaskTarget target = BlockMaskTarget.Of(variant, 1, 1, queryLength, keyLength, options);
        BlockMaskValidator.Lists(target.Grid, partial, full);
        return target.Create(new BlockLists(target.Grid, RunList.From(partial), RunList.From(full)));
    }

    /// <summary>
    /// The block mask of a mask that is known pair by pair, the same for all batches and heads: a block is full if all its pairs are
    /// kept, and empty if none is.
    /// </summary>
    /// <param name="variant">The descriptor of the mask variant, which must keep the same pairs.</param>
    /// <param name="kept">By query and key.</param>
    /// <param name="options">What the creation chooses; the defaults when null.</param>
    public static BlockMask FromDense(VariantDescriptor variant, bool[,] kept, BlockMaskOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(kept);
        BlockMaskTarget target = BlockMaskTarget.Of(variant, 1, 1, kept.GetLength(0), kept.GetLength(1), options);
        BlockGrid grid = target.Grid;
        var builder = new BlockListsBuilder(grid);
        for (int row = 0; row < grid.QueryBlocks; row++)
        {
            for (int block = 0; block < grid.KeyBlocks; block++)
                builder.Add(KindOf(kept, grid.Queries(row), grid.Keys(block)), new BlockRun(block, block + 1));
            builder.EndRow();
        }

        return target.Create(builder.ToLists());
    }

    /// <summary>
    /// The same mask for fewer queries and keys, without a look at its formula. Blocks that end earlier keep their kind, though
    /// a partial one may have become full or empty: attention is the same, but a new mask may leave fewer blocks.
    /// </summary>
    /// <param name="queryLength">The number of queries, at most that of this mask.</param>
    /// <param name="keyLength">The number of keys, at most that of this mask.</param>
    public BlockMask Shorten(int queryLength, int keyLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(queryLength);
        ArgumentOutOfRangeException.ThrowIfNegative(keyLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(queryLength, QueryLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(keyLength, KeyLength);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new BlockMask(MaskName, _dependence, Batch, Heads, _store.Shorten(queryLength, keyLength));
    }

    /// <summary>The mask of some of the batches and heads, in a mask of its own.</summary>
    /// <remarks>
    /// A call counts its batches and heads from 0, and asks the formula about partial blocks by these numbers: captures that it reads
    /// at <c>b</c> or <c>h</c> must be sliced alike.
    /// </remarks>
    /// <param name="batches">Which batches, such as <c>1..2</c>.</param>
    /// <param name="heads">Which heads, such as <c>..</c> for all.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mask has not all of these batches or heads.</exception>
    public BlockMask Slice(Range batches, Range heads)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        (int firstBatch, int batch) = BlockMaskValidator.Part(batches, Batch, nameof(batches));
        (int firstHead, int head) = BlockMaskValidator.Part(heads, Heads, nameof(heads));
        var kept = new BlockSlice(
            IsSharedByBatches ? 0 : firstBatch, IsSharedByBatches ? 1 : batch, IsSharedByHeads ? 0 : firstHead, IsSharedByHeads ? 1 : head);
        return new BlockMask(MaskName, _dependence, batch, head, new RunStore(ToLists().Slice(kept), Device));
    }

    private static BlockKind KindOf(bool[,] kept, (int Start, int End) queries, (int Start, int End) keys)
    {
        bool any = false, all = true;
        for (int q = queries.Start; q < queries.End; q++)
        {
            for (int kv = keys.Start; kv < keys.End; kv++)
                (any, all) = (any | kept[q, kv], all & kept[q, kv]);
        }

        return all ? BlockKind.Full : any ? BlockKind.Partial : BlockKind.Empty;
    }

    /// <summary>What a mask is made for that no formula is asked about.</summary>
    private readonly record struct BlockMaskTarget(
        string Name, IndexDependence Dependence, int Batch, int Heads, BlockGrid Grid, Device Device)
    {
        public static BlockMaskTarget Of(
            VariantDescriptor variant, int batch, int heads, int queryLength, int keyLength, BlockMaskOptions? options)
        {
            ArgumentNullException.ThrowIfNull(variant);
            options ??= BlockMaskOptions.Default;
            if (options.Cache is not null)
            {
                throw new ArgumentException(
                    "A cache finds masks by their formula and what it captures; this one is made of blocks: leave Cache out, and keep the mask.",
                    nameof(options));
            }

            IndexDependence dependence =
                (batch == 1 ? 0 : IndexDependence.Batch) | (heads == 1 ? 0 : IndexDependence.Head) | IndexDependence.Query | IndexDependence.Key;
            BlockGrid grid = BlockMaskValidator.Grid(dependence, batch, heads, queryLength, keyLength, options);
            return new BlockMaskTarget(
                BlockMaskValidator.MaskName(variant), dependence, batch, heads, grid, options.Device ?? Device.Cpu);
        }

        public BlockMask Create(BlockLists lists) => new(Name, Dependence, Batch, Heads, new RunStore(lists, Device));
    }
}
