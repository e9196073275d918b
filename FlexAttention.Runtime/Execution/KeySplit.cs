using FlexAttention.Compilation;

namespace FlexAttention.Execution;

/// <summary>
/// Into how many parts the keys are divided where there are fewer tiles of queries than multiprocessors, and what that takes of memory.
/// </summary>
internal static class KeySplit
{
    /// <summary>A part has at least so many tiles of keys: the start and the end of a part take as long as about one.</summary>
    private const int LeastTiles = 2;

    /// <summary>Parts are so many at most that this many blocks follow each other on a multiprocessor.</summary>
    private const int MostRounds = 4;

    /// <summary>How busy the multiprocessors must be, as a share of what more rounds could reach.</summary>
    private const double BusyEnough = 0.95;

    /// <summary>The number of parts.</summary>
    /// <param name="tiles">The tiles of queries.</param>
    /// <param name="keyTiles">The tiles of keys of each.</param>
    /// <param name="multiprocessors">Those of the GPU.</param>
    /// <returns>1 where all are busy without, or there are few keys; else as many parts as fit the fewest rounds that keep them about as busy as any.</returns>
    public static int Parts(int tiles, int keyTiles, int multiprocessors)
    {
        int chosen = 1;
        double busiest = Busy(1);
        // As many parts as fit so many rounds, and more rounds only where they keep the multiprocessors clearly busier.
        for (int rounds = 1; rounds <= MostRounds; rounds++)
        {
            int parts = Math.Min(keyTiles / LeastTiles, rounds * multiprocessors / Math.Max(1, tiles));
            if (parts > 1 && BusyEnough * Busy(parts) > busiest)
                (chosen, busiest) = (parts, Busy(parts));
        }

        return chosen;

        // The last round of blocks may leave some multiprocessors without one.
        double Busy(int parts)
        {
            double rounds = (double)tiles * parts / multiprocessors;
            return rounds / Math.Ceiling(rounds);
        }
    }

    /// <summary>The rows that parts are added up for.</summary>
    public static long Rows(in ForwardArguments problem) => (long)problem.Batch * problem.QHeads * problem.QLength;

    /// <summary>The bytes of what the parts of all rows give: outputs and softmaxes of float32.</summary>
    public static long Bytes(in ForwardArguments problem, int parts)
    {
        const int SoftmaxFloats = 2;
        return parts * Rows(in problem) * (ForwardConfig.Padded(problem.ValueDim) + SoftmaxFloats) * sizeof(float);
    }
}
