namespace FlexAttention.Execution;

/// <summary>How many blocks of threads the kernels of a backward call are started with, each as it reads its grid.</summary>
internal static class BackwardGrid
{
    /// <summary>The rows of a block that prepares: <c>flex::BackwardPrepare::kRows</c>.</summary>
    public const int PreparedRows = 32;

    /// <summary>The flags of a block that recovers: <c>flex::BackwardRecover::kFlags</c>.</summary>
    public const int RecoveredFlags = 8;

    /// <summary>The most blocks of a head that share out the captures' elements.</summary>
    private const int MostSharesOfCaptures = 64;

    /// <summary>The elements of captures that are worth a block.</summary>
    private const int ElementsOfAShare = 4096;

    /// <summary>Rows of queries in the workspace, by head and batch.</summary>
    public static LaunchGrid Prepare(in ForwardArguments problem, in BackwardCounts counts) =>
        new(counts.PaddedRows / PreparedRows, problem.QHeads, problem.Batch);

    /// <summary>
    /// Key/value heads go in groups whose queries and gradients of outputs fit the L2 cache together: heads of a group, tiles
    /// of keys, groups, the first fastest, as <c>flex::KeyWork</c> reads it.
    /// </summary>
    /// <param name="problem">The problem.</param>
    /// <param name="elementSize">The bytes of an element.</param>
    /// <param name="blockN">The keys of a tile.</param>
    /// <param name="cacheBytes">The L2 cache of the GPU.</param>
    public static LaunchGrid ByKeys(in ForwardArguments problem, int elementSize, int blockN, int cacheBytes)
    {
        int heads = GroupSize(in problem, elementSize, cacheBytes);
        long tiles = Rounding.CeilingDivide(problem.KvLength, blockN);
        return new LaunchGrid(heads, tiles, (long)problem.Batch * (problem.KvHeads / heads));
    }

    /// <summary>The largest divisor of the number of key/value heads whose queries take half of the cache.</summary>
    public static int GroupSize(in ForwardArguments problem, int elementSize, int cacheBytes)
    {
        int sharing = problem.QHeads / problem.KvHeads;
        long headBytes = (long)problem.QLength * sharing * (problem.HeadDim + problem.ValueDim) * elementSize;
        return ForwardGrid.LargestDivisor(problem.KvHeads, cacheBytes / 2 / Math.Max(1, headBytes));
    }

    /// <summary>
    /// By head and batch: a block for every tile of queries where their gradients are sums, or one for a sink, or more where sums
    /// of captures are many.
    /// </summary>
    public static LaunchGrid Finish(in ForwardArguments problem, in BackwardCounts counts, int blockM)
    {
        long tiles = counts.DQSum > 0 ? Rounding.CeilingDivide(problem.QLength, blockM) : 1;
        long shares = counts.CaptureSums / ElementsOfAShare / Math.Max(1, (long)problem.QHeads * problem.Batch);
        return new LaunchGrid(Math.Max(tiles, Math.Clamp(shares, 1, MostSharesOfCaptures)), problem.QHeads, problem.Batch);
    }

    /// <summary>The flags of damage.</summary>
    public static LaunchGrid Recover(in BackwardCounts counts) => (counts.Damage + RecoveredFlags - 1L) / RecoveredFlags;
}
