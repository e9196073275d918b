using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FlexAttention.Descriptors;

namespace FlexAttention.Masking;

/// <summary>
/// The least and the greatest of the elements of a captured buffer along one of its dimensions: of every 32 neighbours, of
/// every two of these, and so on up to one node. With it the bounds of any number of neighbours are found in a few steps.
/// The same bytes are read by CUDA kernels (<c>flex::BoundsTable</c>).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly unsafe struct BoundsTable
{
    /// <summary>The elements below one leaf.</summary>
    internal const int LeafSize = 32;

    /// <summary>So many elements are looked at one by one: a leaf may begin and end in their midst.</summary>
    internal const int MostLookedAt = 2 * LeafSize;

    // Lines of nodes, one for each place in the other dimensions, in their order; in a line the leaves, then level by level.
    private readonly Interval<int>* _nodes;
    private readonly int _dimension;
    private readonly int _leaves;
    private readonly int _nodesPerLine;

    internal BoundsTable(Interval<int>* nodes, int dimension, int length)
    {
        _nodes = nodes;
        _dimension = dimension;
        _leaves = LeavesOf(length);
        _nodesPerLine = NodesOf(length);
    }

    /// <summary>Whether there is a table at all.</summary>
    internal bool Exists => _nodes != null;

    internal static int LeavesOf(int length) => Rounding.CeilingDivide(length, LeafSize);

    /// <summary>The nodes of a line of so many elements.</summary>
    internal static int NodesOf(int length)
    {
        int nodes = 0;
        for (int level = LeavesOf(length); level > 0; level = level == 1 ? 0 : (level + 1) / 2)
            nodes += level;
        return nodes;
    }

    /// <summary>The line of a place in the other dimensions.</summary>
    internal long LineOf(in CaptureView view, ReadOnlySpan<Interval<int>> indices)
    {
        long line = 0;
        for (int other = 0; other < indices.Length; other++)
            line = other == _dimension ? line : (line * view.Extent[other]) + indices[other].Low;
        return line;
    }

    /// <summary>The index along the table's dimension.</summary>
    internal Interval<int> Along(ReadOnlySpan<Interval<int>> indices) => indices[_dimension];

    /// <summary>The bounds of all elements below the leaves <paramref name="first"/> to <paramref name="end"/> - 1, at least one.</summary>
    internal Interval<int> OfLeaves(long line, int first, int end)
    {
        Interval<int>* level = _nodes + (line * _nodesPerLine);
        Interval<int> bounds = level[first];
        for (int count = _leaves; first < end; count = (count + 1) / 2)
        {
            if (first % 2 != 0)
                bounds = bounds.Union(level[first++]);
            if (end % 2 != 0)
                bounds = bounds.Union(level[--end]);
            (first, end) = (first / 2, end / 2);
            level += count;
        }

        return bounds;
    }
}

/// <summary>The tables of a mask's captured buffers, in the order in which its variant lists its look-ups.</summary>
[InlineArray(Most)]
public struct BoundsTables
{
    /// <summary>No mask of the usual ones reads more buffers at places that vary; further ones are looked at.</summary>
    internal const int Most = 4;

    private BoundsTable _first;
}
