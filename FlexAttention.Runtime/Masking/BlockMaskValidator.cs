using FlexAttention.Descriptors;

namespace FlexAttention.Masking;

/// <summary>Checks everything that a caller can get wrong about a block mask.</summary>
internal static class BlockMaskValidator
{
    /// <summary>A list has two numbers a row.</summary>
    private const int MostRows = int.MaxValue / 2 - 64;

    /// <summary>Checks what a mask is created from, and divides its pairs into blocks.</summary>
    public static BlockGrid Grid(
        IndexDependence dependence, int batch, int heads, int queryLength, int keyLength, BlockMaskOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfNegative(heads);
        ArgumentOutOfRangeException.ThrowIfNegative(queryLength);
        ArgumentOutOfRangeException.ThrowIfNegative(keyLength);
        BlockSize(options.QueryBlockSize, nameof(BlockMaskOptions.QueryBlockSize));
        BlockSize(options.KeyBlockSize, nameof(BlockMaskOptions.KeyBlockSize));
        if (options.Stream is { } stream && stream.Device != options.Device)
        {
            throw new ArgumentException(
                $"The stream belongs to {stream.Device}, but the mask is built on {options.Device ?? Device.Cpu}.",
                nameof(BlockMaskOptions.Stream));
        }

        var grid = new BlockGrid(
            dependence.HasAny(IndexDependence.Batch) ? batch : 1,
            dependence.HasAny(IndexDependence.Head) ? heads : 1,
            queryLength,
            keyLength,
            options.QueryBlockSize,
            options.KeyBlockSize);
        Rows(grid, nameof(BlockMaskOptions.QueryBlockSize));
        return grid;
    }

    /// <summary>The name of a variant's mask.</summary>
    public static string MaskName(VariantDescriptor variant) => variant is { HasMask: true, MaskName: { } name }
        ? name
        : throw new NotSupportedException($"Variant '{variant.Name}' has no mask, so it has no block mask either.");

    /// <summary>Throws unless there are as many kinds as blocks.</summary>
    public static void BlockCounts(BlockGrid grid, int queryBlocks, int keyBlocks, string parameter)
    {
        if (queryBlocks != grid.QueryBlocks || keyBlocks != grid.KeyBlocks)
        {
            throw new ArgumentException(
                $"There are {queryBlocks} x {keyBlocks} kinds, but {grid.QueryLength} x {grid.KeyLength} pairs make {grid.QueryBlocks} x " +
                $"{grid.KeyBlocks} blocks of {grid.QueryBlock} x {grid.KeyBlock}.",
                parameter);
        }
    }

    /// <summary>Throws unless each kind is one of the three.</summary>
    public static void Kinds(BlockKind[,,,] kinds, string parameter)
    {
        foreach (BlockKind kind in kinds)
        {
            if (kind > BlockKind.Full)
                throw new ArgumentException($"{(byte)kind} is no kind of block: use Empty, Partial or Full.", parameter);
        }
    }

    /// <summary>The part of an extent that a range names.</summary>
    public static (int First, int Length) Part(Range range, int extent, string parameter)
    {
        int first = range.Start.GetOffset(extent), end = range.End.GetOffset(extent);
        if (first < 0 || end < first || end > extent)
        {
            throw new ArgumentOutOfRangeException(
                parameter, range, $"The block mask has {extent} {parameter}: choose a range within 0..{extent}.");
        }

        return (first, end - first);
    }

    /// <summary>Throws where lists of a mask's blocks would have too many rows.</summary>
    public static void Rows(BlockGrid grid, string option)
    {
        if (grid.Rows > MostRows)
            throw new NotSupportedException($"The block mask has {grid.Rows} rows of blocks, more than {MostRows}: choose a larger {option}.");
    }

    /// <summary>Throws unless lists have each block at most once, in order.</summary>
    public static void Lists(BlockGrid grid, int[][] partial, int[][] full)
    {
        Ascending(grid, partial, nameof(partial));
        Ascending(grid, full, nameof(full));
        for (int row = 0; row < partial.Length; row++)
        {
            foreach (int block in partial[row])
            {
                if (Array.BinarySearch(full[row], block) >= 0)
                    throw new ArgumentException($"Key block {block} of query block {row} is in both lists.", nameof(full));
            }
        }
    }

    /// <summary>Throws unless a mask fits the call that it is given to.</summary>
    public static void Fits(
        BlockMask mask,
        VariantDescriptor variant,
        int batch,
        int heads,
        int queryLength,
        int keyLength,
        Device device,
        string parameter)
    {
        ObjectDisposedException.ThrowIf(mask.IsDisposed, mask);
        if (mask.MaskName != variant.MaskName)
        {
            throw new ArgumentException(
                variant.MaskName is null
                    ? $"Variant '{variant.Name}' has no mask, but was given the block mask of '{mask.MaskName}'."
                    : $"Variant '{variant.Name}' needs a block mask of '{variant.MaskName}', not of '{mask.MaskName}'.",
                parameter);
        }

        if (mask.Device != device)
        {
            throw new ArgumentException(
                $"The block mask is on {mask.Device}, but the tensors are on {device}: copy it with mask.To(q.Device).", parameter);
        }

        if (mask.QueryLength != queryLength || mask.KeyLength != keyLength)
        {
            throw new ArgumentException(
                $"The block mask is for {mask.QueryLength} queries and {mask.KeyLength} keys, but q has {queryLength} and k " +
                $"has {keyLength}: create one for these lengths.",
                parameter);
        }

        if ((!mask.IsSharedByBatches && mask.Batch != batch) || (!mask.IsSharedByHeads && mask.Heads != heads))
        {
            throw new ArgumentException(
                $"The block mask is for {mask.Batch} batches and {mask.Heads} query heads, but q has {batch} and {heads}, and " +
                $"'{mask.MaskName}' depends on {Axes(mask)}: create one for these.",
                parameter);
        }
    }

    /// <summary>Throws unless an index lies within its extent.</summary>
    public static void Index(int index, int extent, string parameter)
    {
        if ((uint)index >= (uint)extent)
            throw new ArgumentOutOfRangeException(parameter, index, $"The block mask has the {parameter} indices 0 to {extent - 1}.");
    }

    private static void BlockSize(int size, string option)
    {
        if (size is < 1 or > BlockMaskOptions.MaximumBlockSize)
            throw new ArgumentOutOfRangeException(option, size, $"{option} must be 1 to {BlockMaskOptions.MaximumBlockSize}.");
    }

    private static string Axes(BlockMask mask) =>
        (mask.IsSharedByBatches, mask.IsSharedByHeads) switch
        {
            (false, false) => "the batch and the head",
            (false, true) => "the batch",
            _ => "the head",
        };

    private static void Ascending(BlockGrid grid, int[][] lists, string parameter)
    {
        if (lists.Length != grid.QueryBlocks)
            throw new ArgumentException($"There are {lists.Length} lists, but {grid.QueryBlocks} blocks of queries.", parameter);
        for (int row = 0; row < lists.Length; row++)
        {
            int last = -1;
            foreach (int block in lists[row] ?? throw new ArgumentException($"The list of query block {row} is null.", parameter))
            {
                if (block <= last || block >= grid.KeyBlocks)
                {
                    throw new ArgumentException(
                        $"The list of query block {row} must ascend from 0 to at most {grid.KeyBlocks - 1}; it has {block} behind {last}.",
                        parameter);
                }

                last = block;
            }
        }
    }
}
