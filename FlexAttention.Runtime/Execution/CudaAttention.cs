using FlexAttention.Compilation;
using FlexAttention.Descriptors;

namespace FlexAttention.Execution;

/// <summary>Runs variants on a GPU: chooses the configuration, finds or compiles the kernel and launches it.</summary>
internal static unsafe class CudaAttention
{
    private const int VectorBytes = 16;

    /// <summary>Starts the forward kernel; returns before it is done.</summary>
    public static void Forward<T, TVariant>(CudaDevice device, in ForwardArguments arguments, in TVariant variant, ForwardOptions options)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        ElementType element = ElementTypes.Of<T>();
        ForwardConfig config = Configure(device, element, sizeof(T), in arguments, options);
        LoadedKernel kernel = KernelTable.Get(TVariant.Descriptor, KernelKind.Forward, in config, device);
        TileConfig tile = kernel.Tile;
        ForwardArguments problem = arguments;
        if (options.BlockMask is { } mask)
            problem.Blocks = mask.ViewFor(tile.BlockM, tile.BlockN, out problem.Mask);
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
        GpuArchitecture architecture = device.Architecture;
        int headDim = ForwardConfig.Padded(arguments.HeadDim), valueDim = ForwardConfig.Padded(arguments.ValueDim);
        var request = new TileRequest(element, headDim, valueDim, device.SharedMemoryPerBlockOptin)
        {
            Architecture = architecture,
            Aligned = IsAligned(in arguments, elementSize),
            BlockMask = options.BlockMask is not null,
        };
        return new ForwardConfig
        {
            Element = element,
            Family = architecture.Family,
            HeadDim = headDim,
            ValueDim = valueDim,
            Tile = TileTable.Choose(in request, options.Tile),
            TileIsFixed = options.Tile is not null,
            Aligned = request.Aligned,
            BlockMask = request.BlockMask,
            Sinks = arguments.Sinks is not null,
            Lse = arguments.Lse is not null,
            RowMax = arguments.RowMax is not null,
            ExactMath = options.Math == MathMode.Exact,
            Prescale = ForwardConfig.NeedsPrescale(arguments.Scale),
        };
    }

    /// <summary>Whether every row of q, k, v and the output can be read and written 16 bytes at a time.</summary>
    private static bool IsAligned(in ForwardArguments arguments, int elementSize)
    {
        nint pointers = (nint)arguments.Q | (nint)arguments.K | (nint)arguments.V | (nint)arguments.Output;
        long elements = (uint)arguments.HeadDim
            | (uint)arguments.ValueDim
            | arguments.QStrides.Bits
            | arguments.KStrides.Bits
            | arguments.VStrides.Bits
            | arguments.OutputStrides.Bits;
        return pointers % VectorBytes == 0 && elements * elementSize % VectorBytes == 0;
    }
}
