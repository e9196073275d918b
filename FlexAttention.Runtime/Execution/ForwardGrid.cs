namespace FlexAttention.Execution;

/// <summary>
/// In which order the tiles of queries run. Heads go in groups whose keys and values fit the L2 cache together: the
/// grid is (heads of a group, tiles, groups), x fastest, as <c>flex::Work</c> reads it.
/// </summary>
internal static class ForwardGrid
{
    /// <summary>The grid of one problem.</summary>
    /// <param name="arguments">The problem.</param>
    /// <param name="elementSize">The bytes of an element of k and v.</param>
    /// <param name="blockM">The queries of a tile.</param>
    /// <param name="cacheBytes">The L2 cache of the GPU.</param>
    public static LaunchGrid Of(in ForwardArguments arguments, int elementSize, int blockM, int cacheBytes)
    {
        if (arguments.QHeads == 0)
            return new LaunchGrid(0);
        int heads = GroupSize(in arguments, elementSize, cacheBytes);
        long tiles = Rounding.CeilingDivide(arguments.QLength, blockM);
        return new LaunchGrid(heads, tiles, (long)arguments.Batch * (arguments.QHeads / heads));
    }

    /// <summary>The largest divisor of the number of query heads whose keys and values take half of the cache.</summary>
    public static int GroupSize(in ForwardArguments arguments, int elementSize, int cacheBytes)
    {
        long headBytes = (long)arguments.KvLength * (arguments.HeadDim + arguments.ValueDim) * elementSize;
        long kvHeads = cacheBytes / 2 / Math.Max(1, headBytes);
        int sharing = arguments.QHeads / arguments.KvHeads;
        return LargestDivisor(arguments.QHeads, kvHeads * sharing);
    }

    /// <summary>The largest divisor of a number of heads that is no larger than a limit; 1 at least.</summary>
    public static int LargestDivisor(int heads, long limit)
    {
        int size = (int)Math.Clamp(limit, 1, heads);
        while (heads % size != 0)
            size--;
        return size;
    }
}
