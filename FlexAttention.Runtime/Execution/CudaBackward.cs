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
        int targets = Math.Max(1, TVariant.Descriptor.Learnable.Count);
        byte* room = stackalloc byte[BackwardParameter.RoomFor(targets)];
        var parameter = new BackwardParameter(room, in config);
        Describe(parameter.Problem, in arguments, options.BlockMask, in config, captures, stream);
        parameter.Problem->Buffers = plan.At(workspace.Address);
        parameter.Problem->Counts = plan.Counts;
        if (parameter.Problem->Buffers.Largest is not null)
            device.Clear((nint)parameter.Problem->Buffers.Largest, sizeof(uint), stream);
        if (parameter.Hopper is not null)
        {
            using (device.MakeCurrent())
                HopperBackward.Describe(parameter.Hopper, in arguments, config.Element, config.Tile, device.CacheBytes);
        }

        Launch(new BackwardLaunch(device, kernel, stream), parameter, in config, sizeof(T), in variant);
    }

    /// <summary>The kernels' first parameter, without the workspace.</summary>
    private static void Describe(
        DeviceBackwardArguments* problem,
        in BackwardArguments arguments,
        BlockMask? mask,
        in BackwardConfig config,
        ReadOnlySpan<DeviceTensor<float>> captures,
        CudaStream stream)
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
            problem->Forward.Blocks = mask.ViewFor(rows, columns, out problem->Forward.Mask, stream);
            problem->BlocksByKeys = mask.TransposedViewFor(rows, columns, out _, stream);
        }

        var targets = (GradientTarget*)(problem + 1);
        targets[0] = default;
        for (int i = 0; i < captures.Length; i++)
            targets[i] = new GradientTarget(captures[i]);
    }

    /// <summary>One kernel after the other, each of which needs what those before it have written.</summary>
    private static void Launch<TVariant>(
        BackwardLaunch launch, BackwardParameter parameter, in BackwardConfig config, int elementSize, in TVariant variant)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        const GradientKinds ofProducts = GradientKinds.Query | GradientKinds.Key | GradientKinds.Value;
        void* first = parameter.Address;
        ref readonly ForwardArguments forward = ref parameter.Problem->Forward;
        ref readonly BackwardCounts counts = ref parameter.Problem->Counts;
        launch.Rows(EntryPoint.BackwardPrepare, BackwardGrid.Prepare(in forward, in counts), first, in variant);
        if (parameter.Hopper is not null)
        {
            if (config.Wants(ofProducts | GradientKinds.Captures))
                launch.Tiles(EntryPoint.Backward, HopperBackward.Grid(in forward, parameter.Hopper), first, in variant);
        }
        else
        {
            if (config.Wants(GradientKinds.Key | GradientKinds.Value | GradientKinds.Captures))
                launch.Tiles(EntryPoint.Backward, BackwardGrid.ByKeys(in forward, elementSize, config.Tile.BlockN, launch.CacheBytes), first, in variant);
            if (config.Wants(GradientKinds.Query))
                launch.Tiles(EntryPoint.BackwardQuery, ForwardGrid.Of(in forward, elementSize, config.Tile.BlockN, launch.CacheBytes), first, in variant);
        }

        if (config.Wants(GradientKinds.Sinks) || counts.DQSum > 0 || counts.CaptureSums > 0)
            launch.Rows(EntryPoint.BackwardFinish, BackwardGrid.Finish(in forward, in counts, config.Tile.BlockM), first, in variant);
        // Only where a pair that is visited can have the probability 0 does what it holds have to be kept out.
        if (config.Wants(ofProducts) && (TVariant.Descriptor.HasScore || TVariant.Descriptor.HasMask))
            launch.Rows(EntryPoint.BackwardRecover, BackwardGrid.Recover(in counts), first, in variant);
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
