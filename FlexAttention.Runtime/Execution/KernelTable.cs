using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using FlexAttention.Compilation;
using FlexAttention.Descriptors;

namespace FlexAttention.Execution;

/// <summary>The kernels that are ready to launch, by variant, kind, configuration and GPU. A look-up allocates nothing.</summary>
internal static class KernelTable
{
    /// <summary>The loaded kernel; compiled, or read from the disk cache, on first use.</summary>
    public static LoadedKernel Get<TConfig>(VariantDescriptor variant, KernelKind kind, in TConfig config, CudaDevice device)
        where TConfig : struct, IKernelConfig<TConfig>
    {
        var key = new Key<TConfig>(variant, kind, config, device);
        if (Table<TConfig>.Kernels.TryGetValue(key, out LoadedKernel? kernel))
        {
            KernelCache.CountMemoryHit();
            return kernel;
        }

        return Load(key);
    }

    /// <summary>The kernels of one kind loaded so far.</summary>
    public static IReadOnlyList<LoadedKernelInfo> Describe<TConfig>(KernelKind kind)
        where TConfig : struct, IKernelConfig<TConfig> =>
        [.. Table<TConfig>.Kernels.Where(pair => pair.Key.Kind == kind).Select(static pair => Describe(pair.Key, pair.Value))];

    private static LoadedKernelInfo Describe<TConfig>(Key<TConfig> key, LoadedKernel kernel)
        where TConfig : struct, IKernelConfig<TConfig> => new(
        key.Variant.Name,
        key.Device,
        key.Config.Element,
        key.Config.HeadDim,
        key.Config.ValueDim,
        kernel.Tile.ToOverride(),
        kernel.Compiled.Resources.Select(static entry => entry.Registers).DefaultIfEmpty().Max(),
        kernel.Compiled.SpillBytes,
        kernel.Compiled.IsSerialized);

    private static LoadedKernel Load<TConfig>(Key<TConfig> key)
        where TConfig : struct, IKernelConfig<TConfig>
    {
        (CompiledKernel compiled, TileConfig tile) = TileSearch.Compile(
            key.Variant, key.Kind, key.Config, key.Device.Architecture, key.Device.SharedMemoryPerBlockOptin);
        int sharedBytes = key.Kind.HasTile() ? key.Config.With(tile).SharedBytes : 0;
        // Two threads may load the same image; the second module is small and stays unused.
        return Table<TConfig>.Kernels.GetOrAdd(
            key,
            static (key, state) => new LoadedKernel(key.Device, state.compiled, state.tile, state.sharedBytes),
            (compiled, tile, sharedBytes));
    }

    /// <summary>The kernels that have configurations of one sort.</summary>
    private static class Table<TConfig>
        where TConfig : struct, IKernelConfig<TConfig>
    {
        public static ConcurrentDictionary<Key<TConfig>, LoadedKernel> Kernels { get; } = new();
    }

    /// <summary>
    /// Compares the variant by reference: its descriptor is one static object, and hashing its sources would cost more
    /// than a launch.
    /// </summary>
    private readonly struct Key<TConfig>(VariantDescriptor variant, KernelKind kind, TConfig config, CudaDevice device)
        : IEquatable<Key<TConfig>>
        where TConfig : struct, IKernelConfig<TConfig>
    {
        public VariantDescriptor Variant { get; } = variant;

        public KernelKind Kind { get; } = kind;

        public TConfig Config { get; } = config;

        public CudaDevice Device { get; } = device;

        public bool Equals(Key<TConfig> other) =>
            ReferenceEquals(Variant, other.Variant)
            && Kind == other.Kind
            && ReferenceEquals(Device, other.Device)
            && Config.Equals(other.Config);

        public override bool Equals(object? obj) => obj is Key<TConfig> other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(Variant), Kind, Config, Device.Ordinal);
    }
}
