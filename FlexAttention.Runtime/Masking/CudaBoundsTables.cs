using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Masking;

/// <summary>Bounds tables in a GPU's memory.</summary>
internal sealed unsafe class CudaBoundsTables : IDisposable
{
    private readonly List<DeviceTensor<long>> _memory = [];
    private readonly List<(int Slot, BoundsLookup Lookup)> _lookups = [];
    private BoundsTables _tables;

    private CudaBoundsTables()
    {
    }

    public ref readonly BoundsTables Tables => ref _tables;

    /// <summary>Makes room for the tables of a variant's look-ups.</summary>
    public static CudaBoundsTables Allocate<TVariant>(in TVariant variant, CudaDevice device, CudaStream queue)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        var lookups = default(BoundsLookups);
        variant.ListLookups(ref lookups);
        var tables = new CudaBoundsTables();
        for (int slot = 0; slot < lookups.Count; slot++)
        {
            if (lookups[slot].NeedsTable)
                tables.Add(slot, lookups[slot], device, queue);
        }

        return tables;
    }

    /// <summary>Starts the kernels that fill them.</summary>
    public void Build<TVariant>(in BlockMaskLaunch launch, BlockMaskArguments arguments, in TVariant variant)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        foreach ((int slot, BoundsLookup lookup) in _lookups)
        {
            arguments.Slot = slot;
            long leaves = lookup.Lines * BoundsTable.LeavesOf(lookup.Length);
            int warps = launch.Kernel.Threads(EntryPoint.BlockMaskLeaves) / 32;
            launch.Start(EntryPoint.BlockMaskLeaves, Rounding.CeilingDivide(leaves, warps), in arguments, in variant);
            launch.Start(EntryPoint.BlockMaskLevels, lookup.Lines, in arguments, in variant);
        }
    }

    public void Dispose()
    {
        foreach (DeviceTensor<long> memory in _memory)
            memory.Dispose();
    }

    private void Add(int slot, BoundsLookup lookup, CudaDevice device, CudaStream queue)
    {
        // A node is two ints.
        DeviceTensor<long> memory = DeviceTensor<long>.AllocateResult(device, [lookup.Nodes], queue);
        _memory.Add(memory);
        _lookups.Add((slot, lookup));
        _tables[slot] = new BoundsTable((Interval<int>*)memory.Pointer, lookup.Dimension, lookup.Length);
    }
}
