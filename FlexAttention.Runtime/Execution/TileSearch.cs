using FlexAttention.Compilation;
using FlexAttention.Descriptors;

namespace FlexAttention.Execution;

/// <summary>Finds the tile that leaves a variant's maths enough registers.</summary>
internal static class TileSearch
{
    /// <summary>
    /// Compiles with the configuration's tile. Where registers spill, or worse, the next tile of the table is tried, and
    /// the one with the least faults is taken: once for each variant, since kernels are cached.
    /// </summary>
    /// <param name="variant">The variant.</param>
    /// <param name="kind">The kind of kernel; some have no tile.</param>
    /// <param name="config">The configuration, with the tile to begin with.</param>
    /// <param name="architecture">The GPU to compile for.</param>
    /// <param name="sharedLimit">The most shared memory a block may have there, in bytes.</param>
    /// <exception cref="NotSupportedException">No tile leaves room for what the variant keeps in shared memory.</exception>
    public static (CompiledKernel Kernel, TileConfig Tile) Compile<TConfig>(
        VariantDescriptor variant, KernelKind kind, in TConfig config, GpuArchitecture architecture, int sharedLimit)
        where TConfig : struct, IKernelConfig<TConfig>
    {
        CompiledKernel best = KernelCache.Get(KernelUnit.Of(variant, kind, config, architecture));
        TileConfig tile = config.Tile;
        if (!kind.HasTile())
            return (best, tile);
        KernelFaults faults = KernelFaults.Of(best, config.SharedBytes, sharedLimit, config.HarmlessSpillBytes);
        foreach (TileConfig candidate in config.TileIsFixed ? [] : config.Candidates(architecture, sharedLimit))
        {
            if (faults == default)
                break;
            if (candidate == config.Tile)
                continue;
            TConfig next = config.With(candidate);
            CompiledKernel other = KernelCache.Get(KernelUnit.Of(variant, kind, in next, architecture));
            KernelFaults others = KernelFaults.Of(other, next.SharedBytes, sharedLimit, next.HarmlessSpillBytes);
            if (faults.IsWorseThan(others))
                (best, tile, faults) = (other, candidate, others);
        }

        return faults.ExcessBytes == 0 ? (best, tile) : throw DoesNotFit(variant, best, tile, sharedLimit);
    }

    private static NotSupportedException DoesNotFit(VariantDescriptor variant, CompiledKernel kernel, TileConfig tile, int sharedLimit) =>
        new($"Variant '{variant.Name}' keeps {kernel.SharedBytes} bytes of shared memory a block for its rows; beside a tile of " +
            $"{tile.BlockM} x {tile.BlockN} that is more than the {sharedLimit} bytes that this GPU gives a block.");
}
