using System.Runtime.InteropServices;

namespace FlexAttention.Execution;

/// <summary>
/// The tiles of queries of one problem, as the Hopper kernel counts them: the heads of a group at one tile, then at the
/// next, then the next group.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ForwardWork
{
    /// <summary>The query heads of a group: their keys and values fit the L2 cache together.</summary>
    public int GroupHeads;

    /// <summary>The tiles of a head.</summary>
    public int QTiles;

    /// <summary>The tiles of all heads and batches, times the parts of their keys.</summary>
    public int Count;

    /// <summary>Into how many parts the keys of a tile are divided; 1 if they are not.</summary>
    public int Parts;

    /// <summary>The work of a problem that has queries.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="elementSize">The bytes of an element of k and v.</param>
    /// <param name="blockM">The queries of a tile.</param>
    /// <param name="cacheBytes">The L2 cache of the GPU.</param>
    /// <param name="packHeads">Whether a tile holds all queries of the heads that share keys.</param>
    /// <exception cref="NotSupportedException">There are more tiles than a kernel can count.</exception>
    public static ForwardWork Of(in ForwardArguments problem, int elementSize, int blockM, int cacheBytes, bool packHeads = false)
    {
        int tiles = packHeads ? 1 : Rounding.CeilingDivide(problem.QLength, blockM);
        long heads = (long)(packHeads ? problem.KvHeads : problem.QHeads) * problem.Batch;
        if (heads > int.MaxValue / tiles)
        {
            throw new NotSupportedException(
                $"{heads} heads of {tiles} tiles of {blockM} queries are more than 2^31 - 1 tiles: split the batch, the heads or the queries.");
        }

        return new ForwardWork
        {
            GroupHeads = packHeads ? 1 : ForwardGrid.GroupSize(in problem, elementSize, cacheBytes),
            QTiles = tiles,
            Count = (int)heads * tiles,
            Parts = 1,
        };
    }

    /// <summary>The same work with each tile's keys divided into so many parts.</summary>
    public readonly ForwardWork Split(int parts) => this with { Count = Count * parts, Parts = parts };
}
