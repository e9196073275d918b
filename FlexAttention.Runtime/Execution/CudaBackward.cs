using FlexAttention.Compilation;
using FlexAttention.Descriptors;

namespace FlexAttention.Execution;

/// <summary>Runs backward calls on a GPU: chooses the configuration, finds or compiles the kernels and launches them in turn.</summary>
internal static unsafe class CudaBackward
{
    /// <summary>Starts the kernels; returns before they are done. Nothing here allocates managed memory once they are loaded.</summary>
    public static void Start<T, TVariant>(
        CudaDevice device,
        in BackwardArguments arguments,
        in TVariant variant,
        BackwardOptions options,
        GradientKinds kinds,
        ReadOnlySpan<DeviceTensor<float>> captures)
        where T : unmanaged
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        BackwardConfig config = Configure(device, ElementTypes.Of<T>(), sizeof(T), in arguments, options, kinds);
        LoadedKernel kernel = KernelTable.Get(TVariant.Descriptor, KernelKind.Backward, in config, device);
        config = config.With(kernel.Tile);
        long captureElements = 0;
        foreach (DeviceTensor<float> capture in captures)
            captureElements += capture.Length;

        CudaStream stream = options.Stream ?? device.DefaultStream;
        var plan = new BackwardWorkspace(in arguments.Forward, in config, captureElements);
        using var workspace = new CudaWorkspace(device, plan.Bytes, stream);
        byte* room = stackalloc byte[sizeof(DeviceBackwardArguments) + (Math.Max(1, TVariant.Descriptor.Learnable.Count) * sizeof(GradientTarget))];
        var problem = (DeviceBackwardArguments*)room;
        Describe(problem, in arguments, options.BlockMask, in config, captures);
        problem->Buffers = plan.At(workspace.Address);
        problem->Counts = plan.Counts;
        Launch(new BackwardLaunch(device, kernel, stream), problem, in config, sizeof(T), in variant);
    }

    /// <summary>The kernels' first parameter, without the workspace.</summary>
    private static void Describe(
        DeviceBackwardArguments* problem,
        in BackwardArguments arguments,
        BlockMask? mask,
        in BackwardConfig config,
        ReadOnlySpan<DeviceTensor<float>> captures)
    {
        *problem = new DeviceBackwardArguments
        {
            Forward = arguments.Forward,
            DOutput = arguments.DOutput,
            DOutputStrides = arguments.DOutputStrides,
            DLse = arguments.DLse,
            DQ = arguments.DQ,
            DK = arguments.DK,
            DV = arguments.DV,
            DSinks = arguments.DSinks,
        };
        if (mask is not null)
        {
            (int rows, int columns) = BackwardTiles.BlockMultiple(config.Tile);
            problem->Forward.Blocks = mask.ViewFor(rows, columns, out problem->Forward.Mask);
            problem->BlocksByKeys = mask.TransposedViewFor(rows, columns, out _);
        }

        var targets = (GradientTarget*)(problem + 1);
        targets[0] = default;
        for (int i = 0; i < captures.Length; i++)
            targets[i] = new GradientTarget(captures[i]);
    }

    /// <summary>One kernel after the other, each of which needs what those before it have written.</summary>
    private static void Launch<TVariant>(
        BackwardLaunch launch, DeviceBackwardArguments* problem, in BackwardConfig config, int elementSize, in TVariant variant)
        where TVariant : unmanaged
    {
        const GradientKinds ofKeys = GradientKinds.Key | GradientKinds.Value;
        ref readonly ForwardArguments forward = ref problem->Forward;
        launch.Rows(EntryPoint.BackwardPrepare, BackwardGrid.Prepare(in forward, in problem->Counts), problem, in variant);
        if (config.Wants(ofKeys | GradientKinds.Captures))
            launch.Tiles(EntryPoint.Backward, BackwardGrid.ByKeys(in forward, elementSize, config.Tile.BlockN, launch.CacheBytes), problem, in variant);
        if (config.Wants(GradientKinds.Query))
            launch.Tiles(EntryPoint.BackwardQuery, ForwardGrid.Of(in forward, elementSize, config.Tile.BlockN, launch.CacheBytes), problem, in variant);
        if (config.Wants(GradientKinds.Sinks) || problem->Counts.CaptureSums > 0)
            launch.Rows(EntryPoint.BackwardFinish, BackwardGrid.Finish(in forward, in problem->Counts), problem, in variant);
        if (config.Wants(ofKeys | GradientKinds.Query))
            launch.Rows(EntryPoint.BackwardRecover, BackwardGrid.Recover(in problem->Counts), problem, in variant);
    }

    private static BackwardConfig Configure(
        CudaDevice device, ElementType element, int elementSize, in BackwardArguments arguments, BackwardOptions options, GradientKinds kinds)
    {
        TileRequest request = TileRequest.Of(
            device, element, in arguments.Forward, options.BlockMask is not null, RowAlignment.IsVector(in arguments, elementSize));
        TileConfig tile = BackwardTiles.Choose(in request, options.Tile);
        ForwardConfig forward = ForwardConfig.Of(in request, tile, arguments.Forward.Scale, options.Math) with
        {
            TileIsFixed = options.Tile is not null,
            Sinks = arguments.Forward.Sinks is not null,
            Lse = true,
        };
        return new BackwardConfig { Forward = forward, Gradients = kinds, Reproducible = options.Reproducible };
    }
}
