using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Masking;

/// <summary>
/// Bounds tables of a mask that is built on a GPU: in its memory, filled by kernels of their own, or so small that every
/// thread block that reads them builds them in its shared memory.
/// </summary>
internal readonly unsafe ref struct CudaBoundsTables
{
    /// <summary>So many elements a thread block goes through in less time than another kernel takes to start.</summary>
    private const long MostShared = 1 << 15;

    /// <summary>The elements that all thread blocks together may go through.</summary>
    private const long MostReadAgain = 1 << 22;

    /// <summary>The leaves that a warp reads at once: <c>flex::LeafWriter::kAtOnce</c>.</summary>
    private const int LeavesAtOnce = 32;

    private readonly CudaWorkspace _memory;
    private readonly bool _hasMemory;

    private CudaBoundsTables(CudaDevice device, long nodes, CudaStream queue)
    {
        _memory = new CudaWorkspace(device, nodes * sizeof(Interval<int>), queue);
        _hasMemory = true;
    }

    private CudaBoundsTables(long nodes) => SharedBytes = (int)nodes * sizeof(Interval<int>);

    /// <summary>The shared memory that the tables take.</summary>
    public int SharedBytes { get; }

    /// <summary>Describes the tables of a variant's look-ups, and starts the kernels that fill them where there are any.</summary>
    public static CudaBoundsTables Build<TVariant>(in BlockMaskLaunch<TVariant> launch, ref BlockMaskArguments arguments, CudaStream queue)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        var lookups = default(BoundsLookups);
        launch.Variant.ListLookups(ref lookups);
        (long nodes, long elements) = (0, 0);
        for (int slot = 0; slot < lookups.Count; slot++)
        {
            if (!lookups[slot].NeedsTable)
                continue;
            nodes += lookups[slot].Nodes;
            elements += lookups[slot].Lines * lookups[slot].Length;
        }

        if (nodes == 0)
            return default;
        long threadBlocks = launch.ThreadBlocksForLists(in arguments);
        // Two passes would build them twice.
        bool shared = arguments.Target.Room > 0 && elements <= MostShared && elements * threadBlocks <= MostReadAgain;
        CudaBoundsTables tables = shared ? new(nodes) : new(launch.Device, nodes, queue);
        try
        {
            tables.Describe(in lookups, ref arguments);
            if (!shared)
                Fill(in launch, in lookups, arguments, queue);
            return tables;
        }
        catch
        {
            tables.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_hasMemory)
            _memory.Dispose();
    }

    private void Describe(in BoundsLookups lookups, ref BlockMaskArguments arguments)
    {
        long place = 0;
        for (int slot = 0; slot < lookups.Count; slot++)
        {
            if (!lookups[slot].NeedsTable)
                continue;
            Interval<int>* nodes = _hasMemory ? (Interval<int>*)_memory.Address + place : null;
            arguments.Tables[slot] = new BoundsTable(nodes, lookups[slot].Dimension, lookups[slot].Length);
            if (!_hasMemory)
                arguments.SharedPlaces[slot] = (int)place;
            place += lookups[slot].Nodes;
        }
    }

    private static void Fill<TVariant>(
        in BlockMaskLaunch<TVariant> launch, in BoundsLookups lookups, BlockMaskArguments arguments, CudaStream queue)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        for (int slot = 0; slot < lookups.Count; slot++)
        {
            if (!lookups[slot].NeedsTable)
                continue;
            arguments.Slot = slot;
            long warps = lookups[slot].Lines * Rounding.CeilingDivide(BoundsTable.LeavesOf(lookups[slot].Length), LeavesAtOnce);
            launch.Start(EntryPoint.BlockMaskLeaves, launch.ThreadBlocksFor(EntryPoint.BlockMaskLeaves, warps), in arguments, queue);
            launch.Start(EntryPoint.BlockMaskLevels, lookups[slot].Lines, in arguments, queue);
        }
    }
}
