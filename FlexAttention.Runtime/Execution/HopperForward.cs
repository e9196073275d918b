using FlexAttention.Descriptors;

namespace FlexAttention.Execution;

/// <summary>Starts the Hopper kernel. Nothing here allocates.</summary>
internal static unsafe class HopperForward
{
    private const int ElementSize = 2;

    /// <summary>The rows of the output that a warpgroup stores at once.</summary>
    private const int OutputBoxRows = TileConfig.WarpgroupRows;

    /// <summary>Encodes the tensor maps and starts the kernel; returns before it is done.</summary>
    public static void Start<TVariant>(
        CudaDevice device, LoadedKernel kernel, in ForwardArguments problem, ElementType element, CudaStream? stream, in TVariant variant)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        TileConfig tile = kernel.Tile;
        // C# aligns no local to 64 bytes, which the tensor maps need while they are encoded.
        byte* room = stackalloc byte[sizeof(ForwardSm90Arguments) + TensorMap.Alignment - 1];
        var arguments = (ForwardSm90Arguments*)(((nint)room + TensorMap.Alignment - 1) & -TensorMap.Alignment);
        using (device.MakeCurrent())
        {
            EncodeMaps(arguments, in problem, element, in tile);
            arguments->Counter = tile.Persistent ? device.WorkCounters.For(stream ?? device.DefaultStream) : null;
        }

        arguments->Problem = problem;
        arguments->Work = ForwardWork.Of(in problem, ElementSize, tile.BlockM, device.CacheBytes, tile.PackHeads);
        int blocks = tile.Persistent ? Math.Min(arguments->Work.Count, device.MultiprocessorCount) : arguments->Work.Count;
        KernelLauncher.Launch(
            device, kernel.Function(EntryPoint.Forward), blocks, tile.Threads, kernel.SharedBytes, stream, in *arguments, in variant);
    }

    private static void EncodeMaps(ForwardSm90Arguments* arguments, in ForwardArguments problem, ElementType element, in TileConfig tile)
    {
        // Packed, one box holds the tile: all queries of the heads that share keys.
        int heads = tile.PackHeads ? problem.QHeads / problem.KvHeads : 1;
        TensorMap.Encode(&arguments->Q, element, MappedTensor.Q(in problem), tile.PackHeads ? problem.QLength : tile.BlockM, heads);
        TensorMap.Encode(&arguments->K, element, MappedTensor.K(in problem), tile.BlockN);
        TensorMap.Encode(&arguments->V, element, MappedTensor.V(in problem), tile.BlockN);
        TensorMap.Encode(&arguments->Output, element, MappedTensor.Output(in problem), tile.PackHeads ? problem.QLength : OutputBoxRows, heads);
    }
}
