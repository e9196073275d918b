using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Cpu.Backward;

/// <summary>One task: what one chunk of keys contributes to one key/value head.</summary>
internal readonly record struct BackwardTask(int Batch, int KvHead, int Chunk);

/// <summary>
/// Strands of tasks: strands run side by side, the tasks of a strand one after another in a fixed order. Tasks that add to
/// the same elements of a capture's gradient are in one strand, or in strands that have a copy of it each.
/// </summary>
/// <param name="arguments">The problem.</param>
/// <param name="chunks">The chunks of a head.</param>
/// <param name="free">The positions by which tasks may be told apart and run side by side.</param>
/// <param name="most">The most strands.</param>
internal readonly struct BackwardStrands(in ForwardArguments arguments, int chunks, IndexDependence free, int most)
{
    private readonly int _batch = arguments.Batch;
    private readonly int _kvHeads = arguments.KvHeads;
    private readonly int _chunks = chunks;
    private readonly IndexDependence _free = free;

    /// <summary>The number of strands.</summary>
    public int Count { get; } = (int)Math.Min(most, GroupsOf(in arguments, chunks, free));

    /// <summary>The tasks of a strand, in order.</summary>
    public IEnumerable<BackwardTask> Tasks(int strand)
    {
        int batches = Free(IndexDependence.Batch, _batch);
        int heads = Free(IndexDependence.Head, _kvHeads);
        int chunks = Free(IndexDependence.Key, _chunks);
        for (long group = strand; group < (long)batches * heads * chunks; group += Count)
        {
            int chunk = (int)(group % chunks), head = (int)(group / chunks % heads), batch = (int)(group / chunks / heads);
            for (int b = batch; b < _batch; b += batches)
            {
                for (int h = head; h < _kvHeads; h += heads)
                {
                    for (int c = chunk; c < _chunks; c += chunks)
                        yield return new BackwardTask(b, h, c);
                }
            }
        }
    }

    private int Free(IndexDependence position, int count) => _free.HasAny(position) ? count : 1;

    private static long GroupsOf(in ForwardArguments arguments, int chunks, IndexDependence free) =>
        (free.HasAny(IndexDependence.Batch) ? (long)arguments.Batch : 1)
        * (free.HasAny(IndexDependence.Head) ? arguments.KvHeads : 1)
        * (free.HasAny(IndexDependence.Key) ? chunks : 1);
}
