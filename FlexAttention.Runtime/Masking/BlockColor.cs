using System.Globalization;

namespace FlexAttention.Masking;

/// <summary>The colours of pictures; blue and orange are told apart by colour-blind readers, too.</summary>
internal readonly record struct BlockColor(byte Red, byte Green, byte Blue)
{
    /// <summary>The lines between blocks.</summary>
    public static BlockColor Line { get; } = new(255, 255, 255);

    public static BlockColor Of(BlockKind kind) => kind switch
    {
        BlockKind.Full => new(31, 90, 166),
        BlockKind.Partial => new(242, 153, 46),
        _ => new(232, 234, 237),
    };

    /// <summary>As CSS writes it: <c>#1f5aa6</c>.</summary>
    public string ToCss() => string.Create(CultureInfo.InvariantCulture, $"#{Red:x2}{Green:x2}{Blue:x2}");
}
