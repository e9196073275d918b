using FlexAttention.Compilation;

namespace FlexAttention.Execution;

/// <summary>What the choice of a tile depends on.</summary>
/// <param name="Element">Float16, BFloat16 or Float32.</param>
/// <param name="HeadDim">The padded head dimension of q and k.</param>
/// <param name="ValueDim">The padded head dimension of v.</param>
/// <param name="SharedLimit">The most shared memory that the GPU gives a block, in bytes.</param>
internal readonly record struct TileRequest(ElementType Element, int HeadDim, int ValueDim, int SharedLimit)
{
    /// <summary>What is compiled for.</summary>
    public GpuArchitecture Architecture { get; init; }

    /// <summary>Whether rows can be read and written 16 bytes at a time.</summary>
    public bool Aligned { get; init; }

    /// <summary>Whether there is a block mask.</summary>
    public bool BlockMask { get; init; }

    /// <summary>Whether the queries fit the rows of the Hopper kernel's smallest tiles.</summary>
    public bool FewQueries { get; init; }

    /// <summary>Whether all queries of the heads that share keys make rows of one tile.</summary>
    public bool PackHeads { get; init; }

    /// <summary>Whether the Hopper kernel can run at all.</summary>
    public bool AllowsHopper => Architecture.IsHopper && Element != ElementType.Float32 && Aligned;

    /// <summary>The larger head dimension.</summary>
    public int LargestDim => Math.Max(HeadDim, ValueDim);

    /// <summary>What a problem on a GPU asks for.</summary>
    /// <param name="device">The GPU.</param>
    /// <param name="element">Float16, BFloat16 or Float32.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="blockMask">Whether there is a block mask.</param>
    /// <param name="aligned">Whether rows can be read and written 16 bytes at a time.</param>
    public static TileRequest Of(CudaDevice device, ElementType element, in ForwardArguments problem, bool blockMask, bool aligned) =>
        new(element, ForwardConfig.Padded(problem.HeadDim), ForwardConfig.Padded(problem.ValueDim), device.SharedMemoryPerBlockOptin)
        {
            Architecture = device.Architecture,
            Aligned = aligned,
            BlockMask = blockMask,
        };

    /// <summary>Throws unless a Hopper kernel can run the call.</summary>
    /// <param name="asked">The tile that was asked for by hand.</param>
    /// <param name="parameter">The option that it was asked for with.</param>
    /// <exception cref="ArgumentException">It cannot; the message says what is missing.</exception>
    public void RequireHopper(TileOverride asked, string parameter)
    {
        string? missing =
            !Architecture.IsHopper ? $"a GPU of compute capability 9.0; kernels are compiled for {Architecture.Option} here"
            : Element == ElementType.Float32 ? "16-bit elements; these are Float32"
            : !Aligned ? "rows of the tensors that start on 16-byte boundaries: head dimensions and strides that are multiples of 8"
            : null;
        if (missing is not null)
            throw new ArgumentException($"{asked}: the Hopper kernel needs {missing}.", parameter);
    }

    /// <summary>What a configuration that has its tile would have been asked for.</summary>
    public static TileRequest Of(in ForwardConfig config, GpuArchitecture architecture, int sharedLimit) =>
        new(config.Element, config.HeadDim, config.ValueDim, sharedLimit)
        {
            Architecture = architecture,
            Aligned = config.Aligned,
            BlockMask = config.BlockMask,
            FewQueries = config.Tile is { Family: KernelFamily.Hopper, BlockM: HopperForwardTiles.FewRows },
            PackHeads = config.Tile.PackHeads,
        };
}
