using FlexAttention.Descriptors;

namespace FlexAttention.Masking;

/// <summary>Bounds tables in host memory, in one pass over each buffer.</summary>
internal sealed unsafe class CpuBoundsTables : IDisposable
{
    private readonly List<HostMemory> _memory = [];
    private BoundsTables _tables;

    private CpuBoundsTables()
    {
    }

    public ref readonly BoundsTables Tables => ref _tables;

    /// <summary>Builds the tables of a variant's look-ups.</summary>
    public static CpuBoundsTables Build<TVariant>(in TVariant variant)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        var lookups = default(BoundsLookups);
        variant.ListLookups(ref lookups);
        return Build(in lookups);
    }

    /// <summary>Builds the tables of look-ups.</summary>
    public static CpuBoundsTables Build(in BoundsLookups lookups)
    {
        var tables = new CpuBoundsTables();
        for (int slot = 0; slot < lookups.Count; slot++)
        {
            if (lookups[slot].NeedsTable)
                tables._tables[slot] = tables.Build(lookups[slot]);
        }

        return tables;
    }

    public void Dispose()
    {
        foreach (HostMemory memory in _memory)
            memory.Dispose();
    }

    private BoundsTable Build(BoundsLookup lookup)
    {
        HostMemory memory = HostMemory.Allocate(lookup.Nodes * sizeof(Interval<int>), zeroed: false);
        _memory.Add(memory);
        var nodes = (Interval<int>*)memory.Address;
        int nodesPerLine = BoundsTable.NodesOf(lookup.Length);
        Parallel.For(0, lookup.Lines, line => FillLine(lookup, line, nodes + (line * nodesPerLine)));
        return new BoundsTable(nodes, lookup.Dimension, lookup.Length);
    }

    private static void FillLine(BoundsLookup lookup, long line, Interval<int>* level)
    {
        nint start = lookup.StartOf(line);
        int stride = lookup.Stride, count = BoundsTable.LeavesOf(lookup.Length);
        void* data = lookup.View.Data;
        for (int leaf = 0, first = 0; leaf < count; leaf++, first += BoundsTable.LeafSize)
        {
            int elements = Math.Min(BoundsTable.LeafSize, lookup.Length - first);
            level[leaf] = ElementBounds.Of(data, lookup.IsBool, start + ((nint)first * stride), elements, stride);
        }

        for (Interval<int>* next = level + count; count > 1; level = next, next += count)
        {
            int lower = count;
            count = (count + 1) / 2;
            for (int node = 0; node < count; node++)
                next[node] = level[2 * node].Union(level[Math.Min((2 * node) + 1, lower - 1)]);
        }
    }
}
