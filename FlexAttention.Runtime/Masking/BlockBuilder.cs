using FlexAttention.Descriptors;

namespace FlexAttention.Masking;

/// <summary>Chooses how the blocks of a mask are found.</summary>
internal static class BlockBuilder
{
    /// <summary>By the formula alone where that says all, else on the device that the options name.</summary>
    public static BlockStore Build<TVariant>(in TVariant variant, BlockGrid grid, BlockMaskOptions options)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        Device device = options.Device ?? Device.Cpu;
        if (grid.Rows == 0)
            return new RunStore(BlockLists.Empty(grid), device);
        if (variant.BandOf(0, 0) is not null)
            return new BandStore(grid, BandsOf(in variant, grid), device);
        return device is CudaDevice gpu
            ? CudaBlockMaskBuilder.Build(gpu, in variant, grid, options.Stream)
            : new RunStore(CpuBlockMaskBuilder.Build(in variant, grid), device);
    }

    private static DistanceBand[] BandsOf<TVariant>(in TVariant variant, BlockGrid grid)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        var bands = new DistanceBand[grid.Batch * grid.Heads];
        for (int i = 0; i < bands.Length; i++)
            bands[i] = variant.BandOf(i / grid.Heads, i % grid.Heads)!.Value;
        return bands;
    }
}
