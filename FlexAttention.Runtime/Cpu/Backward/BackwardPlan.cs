using FlexAttention.Cpu.Forward;
using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Cpu.Backward;

/// <summary>
/// How a backward problem is cut: each key/value head's keys into tiles, dealt out to chunks. What a chunk computes for
/// the queries is added up afterwards in the order of the chunks, so that no result depends on which thread was faster.
/// </summary>
/// <param name="Keys">The tiles of keys; they do not straddle blocks of a block mask.</param>
/// <param name="Chunks">The chunks of a head.</param>
/// <param name="Threads">The most threads to use.</param>
internal readonly record struct BackwardPlan(ForwardPlan Keys, int Chunks, int Threads)
{
    /// <summary>The queries of a tile: enough to repay their packing, few enough that their scores stay in the first cache.</summary>
    public const int QueryTile = 64;

    /// <summary>Multiplications that keep a further thread busy for longer than it takes to wake it.</summary>
    private const long WorkPerThread = 1 << 20;

    /// <summary>Enough tasks for each thread that none waits long for the last one.</summary>
    public const int TasksPerThread = 2;

    /// <summary>The most elements that the chunks' gradients of queries take, unless one chunk takes more.</summary>
    private const long MostQuerySums = 1 << 28;

    /// <summary>Plans a problem.</summary>
    /// <param name="transposed">The problem with queries and keys exchanged.</param>
    public static BackwardPlan Of(in ForwardArguments transposed)
    {
        int threads = ThreadsFor(in transposed);
        ForwardPlan keys = ForwardPlan.Of(in transposed, threads: 1);
        long heads = Math.Max(1, (long)transposed.Batch * transposed.KvHeads);
        long chunks = threads == 1 ? 1 : Rounding.CeilingDivide(TasksPerThread * threads, heads);
        // In the transposed problem the queries are the keys.
        long sums = Math.Max(1, (long)transposed.Batch * transposed.QHeads * transposed.KvLength * transposed.HeadDim);
        long most = Math.Clamp(MostQuerySums / sums, 1, Math.Max(1, keys.Tiles));
        return new BackwardPlan(keys, (int)Math.Min(chunks, most), threads);
    }

    private static int ThreadsFor(in ForwardArguments problem)
    {
        double work = (double)problem.Batch * problem.QHeads * problem.QLength * problem.KvLength
            * (problem.HeadDim + problem.ValueDim);
        return (int)Math.Clamp(work / WorkPerThread, 1, Environment.ProcessorCount);
    }
}
