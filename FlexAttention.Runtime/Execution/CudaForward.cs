using FlexAttention.Compilation;
using FlexAttention.Descriptors;

namespace FlexAttention.Execution;

/// <summary>Runs forward calls on a GPU: chooses the configuration, finds or compiles the kernel and launches it.</summary>
internal static unsafe class CudaForward
{
    /// <summary>Starts the kernel; returns before it is done.</summary>
    public static void Start<T, TVariant>(CudaDevice device, in ForwardArguments arguments, in TVariant variant, ForwardOptions options)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        ElementType element = ElementTypes.Of<T>();
        ForwardConfig config = Configure(device, element, sizeof(T), in arguments, options);
        LoadedKernel kernel = KernelTable.Get(TVariant.Descriptor, KernelKind.Forward, in config, device);
        TileConfig tile = kernel.Tile;
        ForwardArguments problem = arguments;
        if (options.BlockMask is { } mask)
            problem.Blocks = mask.ViewFor(tile.BlockM, tile.BlockN, out problem.Mask, options.Stream ?? device.DefaultStream);
        if (tile.Family == KernelFamily.Hopper)
        {
            HopperForward.Start(device, kernel, in problem, element, options.Stream, in variant);
            return;
        }

        KernelLauncher.Launch(
            device,
            kernel.Function(EntryPoint.Forward),
            ForwardGrid.Of(in problem, sizeof(T), tile.BlockM, device.CacheBytes),
            tile.Threads,
            kernel.SharedBytes,
            options.Stream,
            in problem,
            in variant);
    }

    private static ForwardConfig Configure(
        CudaDevice device, ElementType element, int elementSize, in ForwardArguments arguments, ForwardOptions options)
    {
        TileRequest request = TileRequest.Of(
            device, element, in arguments, options.BlockMask is not null, RowAlignment.IsVector(in arguments, elementSize)) with
        {
            FewQueries = arguments.QLength <= HopperForwardTiles.FewRows,
            PackHeads = CanPackHeads(in arguments, options.BlockMask),
        };
        return ForwardConfig.Of(in request, ForwardTiles.Choose(in request, options.Tile), arguments.Scale, options.Math) with
        {
            TileIsFixed = options.Tile is not null,
            Sinks = arguments.Sinks is not null,
            Lse = arguments.Lse is not null,
            RowMax = arguments.RowMax is not null,
        };
    }

    /// <summary>
    /// Whether heads share keys, and all their queries fit one tile, as they do in decoding, and see the same blocks.
    /// </summary>
    private static bool CanPackHeads(in ForwardArguments arguments, BlockMask? mask)
    {
        int sharing = arguments.QHeads / Math.Max(1, arguments.KvHeads);
        return sharing > 1 && (long)arguments.QLength * sharing <= HopperForwardTiles.FewRows
            && mask is null or { IsSharedByHeads: true } or { Heads: 1 };
    }
}
