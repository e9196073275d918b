using FlexAttention.Compilation;
using FlexAttention.Descriptors;

namespace FlexAttention.Execution;

/// <summary>Finds the tile that leaves a variant's maths enough registers.</summary>
internal static class TileSearch
{
    /// <summary>
    /// Compiles with the configuration's tile. Where registers spill, the next tile of the table is tried, and the one
    /// that spills least is taken: once for each variant, since kernels are cached.
    /// </summary>
    /// <param name="variant">The variant.</param>
    /// <param name="kind">The kind of kernel; only forward kernels have tiles.</param>
    /// <param name="config">The configuration, with the tile to begin with.</param>
    /// <param name="architecture">The GPU to compile for.</param>
    /// <param name="sharedLimit">The most shared memory a block may have there, in bytes.</param>
    public static (CompiledKernel Kernel, TileConfig Tile) Compile(
        VariantDescriptor variant, KernelKind kind, in ForwardConfig config, GpuArchitecture architecture, int sharedLimit)
    {
        CompiledKernel best = KernelCache.Get(KernelUnit.Of(variant, kind, config, architecture));
        TileConfig tile = config.Tile;
        if (kind != KernelKind.Forward || config.TileIsFixed)
            return (best, tile);
        foreach (TileConfig candidate in TileTable.Candidates(config.Element, config.HeadDim, config.ValueDim, sharedLimit))
        {
            if (best.SpillBytes == 0)
                break;
            if (candidate == config.Tile)
                continue;
            CompiledKernel other = KernelCache.Get(KernelUnit.Of(variant, kind, config with { Tile = candidate }, architecture));
            if (other.SpillBytes < best.SpillBytes)
                (best, tile) = (other, candidate);
        }

        return (best, tile);
    }
}
