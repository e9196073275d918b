using FlexAttention.Compilation;
using FlexAttention.Descriptors;
using FlexAttention.Execution;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>An architecture that tests compile kernels for.</summary>
/// <param name="Architecture">What to compile for.</param>
/// <param name="SharedLimit">The most shared memory, in bytes, that a block may have on the smallest GPU of the architecture.</param>
/// <param name="Family">The kernels that tensors of 16-bit elements take there.</param>
internal sealed record CompilationTarget(GpuArchitecture Architecture, int SharedLimit, KernelFamily Family)
{
    /// <summary>A100.</summary>
    public static CompilationTarget Ampere { get; } = new(GpuArchitecture.Sm80, 166_912, KernelFamily.Ampere);

    /// <summary>Ada, and all consumers' GPUs: the least shared memory.</summary>
    public static CompilationTarget Ada { get; } = new(GpuArchitecture.Sm89, 101_376, KernelFamily.Ampere);

    /// <summary>H100.</summary>
    public static CompilationTarget Hopper { get; } = new(GpuArchitecture.Sm90a, 232_448, KernelFamily.Hopper);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CompilationTarget> All { get; } = [Ampere, Ada, Hopper];

    /// <summary>The target with NVRTC's name for its architecture.</summary>
    public static CompilationTarget Find(string option) => All.Single(target => target.Architecture.Option == option);

    /// <summary>What tensors whose rows are all aligned ask for.</summary>
    public TileRequest Request(ElementType element, int headDim, bool blockMask) => new(element, headDim, headDim, SharedLimit)
    {
        Architecture = Architecture,
        Aligned = true,
        BlockMask = blockMask,
    };

    /// <summary>A forward call of such a request, with the tile that the runtime would choose first and fast functions.</summary>
    public static ForwardConfig Config(TileRequest request) => ForwardConfig.Of(in request, ForwardTiles.Choose(in request), scale: 1, MathMode.Fast);

    /// <summary>Compiles as the runtime does: if the tile of the configuration has faults, the next ones are tried.</summary>
    public (CompiledKernel Kernel, TileConfig Tile) Compile<TConfig>(VariantCase variant, KernelKind kind, in TConfig config)
        where TConfig : struct, IKernelConfig<TConfig> =>
        Compile(variant.Descriptor, kind, in config);

    /// <summary>The same for a variant that is not in the catalogue.</summary>
    public (CompiledKernel Kernel, TileConfig Tile) Compile<TConfig>(VariantDescriptor variant, KernelKind kind, in TConfig config)
        where TConfig : struct, IKernelConfig<TConfig> =>
        TileSearch.Compile(variant, kind, in config, Architecture, SharedLimit);

    /// <inheritdoc/>
    public override string ToString() => Architecture.Option;
}
