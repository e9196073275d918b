using FlexAttention.Descriptors;

namespace FlexAttention.Execution;

/// <summary>Starts the Hopper kernel. Nothing here allocates.</summary>
internal static unsafe class HopperForward
{
    private const int ElementSize = 2;
    private const int WarpThreads = 32;

    /// <summary>The rows of the output that a warpgroup stores at once.</summary>
    private const int OutputBoxRows = TileConfig.WarpgroupRows;

    /// <summary>Encodes the tensor maps and starts the kernels; returns before they are done.</summary>
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
        // Memory that comes from no pool would have to wait for the kernels, and could not be taken in a capture.
        int parts = tile.SplitKeys && device.Pool is not null
            ? KeySplit.Parts(arguments->Work.Count, Rounding.CeilingDivide(problem.KvLength, tile.BlockN), device.MultiprocessorCount)
            : 1;
        if (parts == 1)
            StartTiles(device, kernel, stream, arguments, in variant);
        else
            StartParts(device, kernel, stream, arguments, parts, in variant);
    }

    private static void StartTiles<TVariant>(
        CudaDevice device, LoadedKernel kernel, CudaStream? stream, ForwardSm90Arguments* arguments, in TVariant variant)
        where TVariant : unmanaged
    {
        TileConfig tile = kernel.Tile;
        int tiles = arguments->Work.Count;
        int blocks = tile.Persistent ? Math.Min(tiles, device.MultiprocessorCount) : tiles;
        KernelLauncher.Launch(
            device, kernel.Function(EntryPoint.Forward), blocks, tile.Threads, kernel.SharedBytes, stream, arguments, in variant);
    }

    /// <summary>Shares each tile's keys out among several blocks, and adds up what they give.</summary>
    private static void StartParts<TVariant>(
        CudaDevice device, LoadedKernel kernel, CudaStream? stream, ForwardSm90Arguments* arguments, int parts, in TVariant variant)
        where TVariant : unmanaged
    {
        ref readonly ForwardArguments problem = ref arguments->Problem;
        using var partials = new CudaWorkspace(device, KeySplit.Bytes(in problem, parts), stream ?? device.DefaultStream);
        arguments->Partials = (void*)partials.Address;
        arguments->Work = arguments->Work.Split(parts);
        StartTiles(device, kernel, stream, arguments, in variant);
        const EntryPoint Combine = EntryPoint.ForwardCombine;
        int threads = kernel.Threads(Combine);
        int rowsOfABlock = threads / WarpThreads; // a warp takes one
        KernelLauncher.Launch(
            device,
            kernel.Function(Combine),
            Rounding.CeilingDivide(KeySplit.Rows(in problem), rowsOfABlock),
            threads,
            sharedBytes: 0,
            stream,
            arguments,
            in variant);
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
