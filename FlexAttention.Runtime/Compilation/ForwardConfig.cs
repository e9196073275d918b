using System.Globalization;
using FlexAttention.Execution;

namespace FlexAttention.Compilation;

/// <summary>Everything that a forward kernel is specialised by: element type, head dimensions, tile and option bits.</summary>
internal readonly record struct ForwardConfig : IKernelConfig<ForwardConfig>
{
    /// <inheritdoc/>
    public required ElementType Element { get; init; }

    /// <summary>The family of GPUs: 80, 86, 89 or 90.</summary>
    public required int Family { get; init; }

    /// <inheritdoc/>
    public required int HeadDim { get; init; }

    /// <inheritdoc/>
    public required int ValueDim { get; init; }

    /// <inheritdoc/>
    public required TileConfig Tile { get; init; }

    /// <inheritdoc/>
    public bool TileIsFixed { get; init; }

    /// <summary>Whether rows can be read and written 16 bytes at a time.</summary>
    public bool Aligned { get; init; }

    /// <summary>Whether there is a block mask.</summary>
    public bool BlockMask { get; init; }

    /// <summary>Whether there are sinks.</summary>
    public bool Sinks { get; init; }

    /// <summary>Whether the logarithms of the rows' sums are wanted.</summary>
    public bool Lse { get; init; }

    /// <summary>Whether the rows' highest scores are wanted.</summary>
    public bool RowMax { get; init; }

    /// <summary>Whether to use accurate functions.</summary>
    public bool ExactMath { get; init; }

    /// <summary>Whether scores must be scaled before the row maximum is taken: <see cref="NeedsPrescale"/>.</summary>
    public bool Prescale { get; init; }

    /// <inheritdoc/>
    public int HarmlessSpillBytes => 0;

    /// <inheritdoc/>
    public int SharedBytes => ForwardTiles.SharedBytes(Tile, Element, HeadDim, ValueDim);

    private bool IsHopper => Tile.Family == KernelFamily.Hopper;

    /// <summary>The configuration of a problem, without the results that it wants.</summary>
    public static ForwardConfig Of(in TileRequest request, TileConfig tile, float scale, MathMode math) => new()
    {
        Element = request.Element,
        Family = request.Architecture.Family,
        HeadDim = request.HeadDim,
        ValueDim = request.ValueDim,
        Tile = tile,
        Aligned = request.Aligned,
        BlockMask = request.BlockMask,
        ExactMath = math == MathMode.Exact,
        Prescale = NeedsPrescale(scale),
    };

    /// <summary>A configuration for kernels that have no tile: only their maths depends on it.</summary>
    public static ForwardConfig Plain(GpuArchitecture architecture, MathMode math) => new()
    {
        Element = ElementType.Float32,
        Family = architecture.Family,
        HeadDim = 16,
        ValueDim = 16,
        Tile = new TileConfig(16, 16, 1, 1),
        ExactMath = math == MathMode.Exact,
    };

    /// <summary>
    /// Whether kernels can neither take the maximum of scores that are not yet scaled, nor divide by the scale: it is not
    /// positive, or so small or large that 1e18 divided by it is out of a float's range.
    /// </summary>
    public static bool NeedsPrescale(float scale)
    {
        const float Highest = 1L << 60;
        return scale is not (>= 1 / Highest and <= Highest);
    }

    /// <summary>A head dimension as kernels hold it.</summary>
    public static int Padded(int headDim) => Rounding.Up(headDim, 16);

    /// <inheritdoc/>
    public ForwardConfig With(TileConfig tile) => this with { Tile = tile };

    /// <inheritdoc/>
    public IEnumerable<TileConfig> Candidates(GpuArchitecture architecture, int sharedLimit) =>
        ForwardTiles.Candidates(TileRequest.Of(in this, architecture, sharedLimit));

    /// <inheritdoc/>
    public string ToHeader() => ToHeader("");

    /// <summary>The text of flex/config.cuh with further constants.</summary>
    public string ToHeader(string further) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        #pragma once
        #include "flex/core/types.cuh"

        #define FLEX_ELEMENT_SIZE {{(Element == ElementType.Float32 ? 4 : 2)}}
        #define FLEX_HOPPER {{(IsHopper ? 1 : 0)}}
        #define FLEX_SPLIT_KEYS {{(Tile.SplitKeys ? 1 : 0)}}

        namespace flex::config {

        using Element = {{CudaName(Element)}};
        constexpr int kArch = {{Family}};
        constexpr int kHeadDim = {{HeadDim}};
        constexpr int kValueDim = {{ValueDim}};
        constexpr int kBlockM = {{Tile.BlockM}};
        constexpr int kBlockN = {{Tile.BlockN}};
        constexpr int kWarps = {{Tile.Warps}};
        constexpr int kStages = {{Tile.Stages}};
        constexpr bool kTwoLoops = {{Text(Tile.TwoLoops)}};
        constexpr bool kPark = {{Text(Tile.Park)}};
        constexpr bool kPersistent = {{Text(Tile.Persistent)}};
        constexpr bool kLazyRescale = {{Text(Tile.LazyRescale)}};
        constexpr bool kPackHeads = {{Text(Tile.PackHeads)}};
        constexpr bool kSplitKeys = {{Text(Tile.SplitKeys)}};
        constexpr bool kAligned = {{Text(Aligned)}};
        constexpr bool kBlockMask = {{Text(BlockMask)}};
        constexpr bool kSinks = {{Text(Sinks)}};
        constexpr bool kLse = {{Text(Lse)}};
        constexpr bool kRowMax = {{Text(RowMax)}};
        constexpr bool kExactMath = {{Text(ExactMath)}};
        constexpr bool kPrescale = {{Text(Prescale)}};
        {{further}}
        }  // namespace flex::config

        """);

    internal static string Text(bool value) => value ? "true" : "false";

    private static string CudaName(ElementType type) => type switch
    {
        ElementType.Float16 => "flex::fp16",
        ElementType.BFloat16 => "flex::bf16",
        ElementType.Float32 => "float",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Kernels take Float16, BFloat16 and Float32."),
    };
}
