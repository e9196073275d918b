using System.Collections.Immutable;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Analysis;

/// <summary>A captured buffer that a mask reads at places that vary along one dimension.</summary>
internal readonly record struct BoundsLookup(int Capture, int Dimension, IrType Element);

/// <summary>
/// Finds the reads of which a table of least and greatest elements gives the interval: those of which one index varies. The
/// same tables are numbered alike in C# and in CUDA.
/// </summary>
internal sealed class BoundsLookups
{
    /// <summary>The runtime's <c>BoundsTables</c> holds no more.</summary>
    private const int Most = 4;

    private readonly List<BoundsLookup> _slots = [];
    private readonly Dictionary<int, int> _slotOf = [];

    private BoundsLookups()
    {
    }

    /// <summary>The look-ups, by number.</summary>
    public IReadOnlyList<BoundsLookup> Slots => _slots;

    /// <summary>The look-ups of a mask.</summary>
    public static BoundsLookups Of(IrFunction mask, ImmutableArray<Knowledge> knowledge)
    {
        var result = new BoundsLookups();
        for (int i = 0; i < mask.Nodes.Count; i++)
        {
            if (mask.Nodes[i] is LoadNode load && knowledge[i] == Knowledge.Interval)
                result.Add(i, load, knowledge);
        }

        return result;
    }

    /// <summary>The number of the table of a node's read; null without one.</summary>
    public int? SlotOf(int node) => _slotOf.TryGetValue(node, out int slot) ? slot : null;

    private void Add(int node, LoadNode load, ImmutableArray<Knowledge> knowledge)
    {
        int[] varying = [.. Enumerable.Range(0, load.Indices.Count).Where(d => knowledge[load.Indices[d]] != Knowledge.Uniform)];
        if (varying.Length != 1)
            return;
        var lookup = new BoundsLookup(load.Capture, varying[0], load.Type);
        int slot = _slots.IndexOf(lookup);
        if (slot < 0 && _slots.Count < Most)
        {
            slot = _slots.Count;
            _slots.Add(lookup);
        }

        if (slot >= 0)
            _slotOf[node] = slot;
    }
}
