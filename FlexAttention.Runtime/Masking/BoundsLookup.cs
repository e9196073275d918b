using System.Runtime.CompilerServices;
using FlexAttention.Descriptors;

namespace FlexAttention.Masking;

/// <summary>A captured buffer that a mask reads at places that vary along one dimension.</summary>
internal readonly unsafe struct BoundsLookup(in CaptureView view, int dimension, bool isBool)
{
    private readonly CaptureView _view = view;

    /// <summary>The buffer.</summary>
    public CaptureView View => _view;

    /// <summary>The dimension.</summary>
    public int Dimension => dimension;

    /// <summary>Whether its elements are bools; else they are ints.</summary>
    public bool IsBool => isBool;

    /// <summary>The number of elements along the dimension.</summary>
    public int Length => _view.Extent[dimension];

    /// <summary>The distance between elements along the dimension.</summary>
    public int Stride => _view.Stride[dimension];

    /// <summary>The number of places in the other dimensions.</summary>
    public long Lines
    {
        get
        {
            long lines = 1;
            for (int other = 0; other < 4; other++)
                lines *= other == dimension ? 1 : _view.Extent[other];
            return lines;
        }
    }

    /// <summary>The number of nodes that a table has.</summary>
    public long Nodes => Lines * BoundsTable.NodesOf(Length);

    /// <summary>Whether there are elements enough for a table.</summary>
    public bool NeedsTable => Length > BoundsTable.MostLookedAt && Lines > 0;

    /// <summary>The position of a line's first element.</summary>
    public nint StartOf(long line)
    {
        nint start = 0;
        for (int other = 3; other >= 0; other--)
        {
            if (other == dimension)
                continue;
            (line, long index) = Math.DivRem(line, _view.Extent[other]);
            start += (nint)index * _view.Stride[other];
        }

        return start;
    }
}

/// <summary>The look-ups of a mask. Filled by generated code.</summary>
public ref struct BoundsLookups
{
    private Items _items;

    internal int Count { get; private set; }

    internal readonly BoundsLookup this[int slot] => _items[slot];

    /// <summary>Adds a buffer of ints that is read at places that vary along a dimension.</summary>
    public void AddInt(in CaptureView view, int dimension) => _items[Count++] = new BoundsLookup(in view, dimension, isBool: false);

    /// <summary>Adds a buffer of bools that is read at places that vary along a dimension.</summary>
    public void AddBool(in CaptureView view, int dimension) => _items[Count++] = new BoundsLookup(in view, dimension, isBool: true);

    [InlineArray(BoundsTables.Most)]
    private struct Items
    {
        private BoundsLookup _first;
    }
}
