using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using FlexAttention.Compilation;
using FlexAttention.Descriptors;

namespace FlexAttention.Execution;

/// <summary>The kernels that are ready to launch, by variant, kind, configuration and GPU. A look-up allocates nothing.</summary>
internal static class KernelTable
{
    private static readonly ConcurrentDictionary<Key, LoadedKernel> Kernels = new();

    /// <summary>The loaded kernel; compiled, or read from the disk cache, on first use.</summary>
    public static LoadedKernel Get(VariantDescriptor variant, KernelKind kind, in ForwardConfig config, CudaDevice device)
    {
        var key = new Key(variant, kind, config, device);
        if (Kernels.TryGetValue(key, out LoadedKernel? kernel))
        {
            KernelCache.CountMemoryHit();
            return kernel;
        }

        return Load(key);
    }

    /// <summary>The forward kernels loaded so far.</summary>
    public static IReadOnlyList<ForwardKernelInfo> Describe() =>
        [.. Kernels.Where(static pair => pair.Key.Kind == KernelKind.Forward).Select(static pair => Describe(pair.Key, pair.Value))];

    private static ForwardKernelInfo Describe(Key key, LoadedKernel kernel) => new(
        key.Variant.Name,
        key.Device,
        key.Config.Element,
        key.Config.HeadDim,
        key.Config.ValueDim,
        kernel.Tile.ToOverride(),
        kernel.Compiled.Resources.Select(static entry => entry.Registers).FirstOrDefault(),
        kernel.Compiled.SpillBytes,
        kernel.Compiled.IsSerialized);

    private static LoadedKernel Load(Key key)
    {
        (CompiledKernel compiled, TileConfig tile) = TileSearch.Compile(
            key.Variant, key.Kind, key.Config, key.Device.Architecture, key.Device.SharedMemoryPerBlockOptin);
        int sharedBytes = key.Kind == KernelKind.Forward
            ? tile.SharedBytes(key.Config.Element, key.Config.HeadDim, key.Config.ValueDim)
            : 0;
        // Two threads may load the same image; the second module is small and stays unused.
        return Kernels.GetOrAdd(
            key,
            static (key, state) => new LoadedKernel(key.Device, state.compiled, state.tile, state.sharedBytes),
            (compiled, tile, sharedBytes));
    }

    /// <summary>
    /// Compares the variant by reference: its descriptor is one static object, and hashing its sources would cost more
    /// than a launch.
    /// </summary>
    private readonly struct Key(VariantDescriptor variant, KernelKind kind, ForwardConfig config, CudaDevice device) : IEquatable<Key>
    {
        public VariantDescriptor Variant { get; } = variant;

        public KernelKind Kind { get; } = kind;

        public ForwardConfig Config { get; } = config;

        public CudaDevice Device { get; } = device;

        public bool Equals(Key other) =>
            ReferenceEquals(Variant, other.Variant)
            && Kind == other.Kind
            && ReferenceEquals(Device, other.Device)
            && Config == other.Config;

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(Variant), Kind, Config, Device.Ordinal);
    }
}
