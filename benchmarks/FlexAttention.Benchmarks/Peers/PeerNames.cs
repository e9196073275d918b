using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Peers;

/// <summary>The implementations that ours is timed against, as peers/cells.py knows them.</summary>
internal static class PeerNames
{
    /// <summary><c>scaled_dot_product_attention</c> with FlashAttention-2.</summary>
    public const string FlashAttention2 = "fa2";

    /// <summary><c>scaled_dot_product_attention</c> with cuDNN.</summary>
    public const string Cudnn = "cudnn";

    /// <summary><c>torch.compile(flex_attention)</c>, or <c>torch.compile(create_block_mask)</c>.</summary>
    public const string Flex = "flex";

    /// <summary>PyTorch's library on the CPU, by TorchSharp.</summary>
    public const string Libtorch = "libtorch";

    /// <summary>Those on a GPU.</summary>
    public static IReadOnlyList<string> All { get; } = [FlashAttention2, Cudnn, Flex];

    /// <summary>The peers that can express a cell's variant; reproducible calls are compared with ours alone.</summary>
    public static IEnumerable<string> Of(Cell cell) =>
        cell.Variant.EndsWith("_reproducible", StringComparison.Ordinal) ? []
        : cell.Suite != "blockmask" && cell.Variant is "none" or "causal" ? All
        : [Flex];

    /// <summary>Peers as tables show them: the one that is most alike comes last.</summary>
    public static IEnumerable<string> InOrder(IEnumerable<string> names) => names.OrderBy(name => name switch
    {
        FlashAttention2 => 0,
        Cudnn => 1,
        Flex => 2,
        _ => 3,
    });
}
