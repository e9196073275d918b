using System.Globalization;

namespace FlexAttention.Compilation;

/// <summary>
/// Everything that a forward kernel is specialised by: element type, head dimensions, tile and option bits. Lengths,
/// strides, scale and captures are run-time arguments, so a new shape never compiles anew.
/// </summary>
internal readonly record struct ForwardConfig
{
    /// <summary>Float16, BFloat16 or Float32.</summary>
    public required ElementType Element { get; init; }

    /// <summary>The family of GPUs: 80, 86, 89 or 90.</summary>
    public required int Family { get; init; }

    /// <summary>The head dimension of q and k, padded to a multiple of 16.</summary>
    public required int HeadDim { get; init; }

    /// <summary>The head dimension of v, padded to a multiple of 16.</summary>
    public required int ValueDim { get; init; }

    /// <summary>What a block of threads works on at once.</summary>
    public required TileConfig Tile { get; init; }

    /// <summary>Whether the tile was asked for by hand; else another is taken where this one leaves too few registers.</summary>
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
    public static int Padded(int headDim) => (headDim + 15) / 16 * 16;

    /// <summary>The text of flex/config.cuh.</summary>
    public string ToHeader() => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        #pragma once
        #include "flex/core/types.cuh"

        #define FLEX_ELEMENT_SIZE {{(Element == ElementType.Float32 ? 4 : 2)}}
        #define FLEX_HOPPER {{(IsHopper ? 1 : 0)}}

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
        constexpr bool kAligned = {{Text(Aligned)}};
        constexpr bool kBlockMask = {{Text(BlockMask)}};
        constexpr bool kSinks = {{Text(Sinks)}};
        constexpr bool kLse = {{Text(Lse)}};
        constexpr bool kRowMax = {{Text(RowMax)}};
        constexpr bool kExactMath = {{Text(ExactMath)}};
        constexpr bool kPrescale = {{Text(Prescale)}};

        }  // namespace flex::config

        """);

    private bool IsHopper => Tile.Family == KernelFamily.Hopper;

    private static string Text(bool value) => value ? "true" : "false";

    private static string CudaName(ElementType type) => type switch
    {
        ElementType.Float16 => "flex::fp16",
        ElementType.BFloat16 => "flex::bf16",
        ElementType.Float32 => "float",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Kernels take Float16, BFloat16 and Float32."),
    };
}
