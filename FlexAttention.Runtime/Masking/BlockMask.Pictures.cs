using System.Globalization;
using BigGustave;
using FlexAttention.Masking;

namespace FlexAttention;

/// <content>Pictures: a mask's blocks as text, SVG and PNG.</content>
public sealed partial class BlockMask
{
    private const int TextSide = 32;
    private const int ImageSide = 1024;

    /// <summary>One line of facts, and the blocks of the first batch and head as text; of a disposed mask the sizes alone.</summary>
    public override string ToString()
    {
        string sizes = string.Create(
            CultureInfo.InvariantCulture,
            $"BlockMask of {MaskName}: {Batch} x {Heads} x {QueryLength} x {KeyLength} in blocks of {QueryBlockSize} x {KeyBlockSize}, ");
        // The counts of a mask that was built on a GPU may have been freed with it.
        if (IsDisposed)
            return sizes + "disposed";
        string facts = string.Create(
            CultureInfo.InvariantCulture,
            $"{sizes}{FullBlocks} full, {PartialBlocks} partial, {EmptyBlocks} empty, sparsity {Sparsity:P1}");
        return Batch == 0 || Heads == 0 ? facts : facts + "\n" + ToText();
    }

    /// <summary>
    /// The blocks of one batch and head as text, queries downwards: two characters a block, <c>██</c> full, <c>▒▒</c>
    /// partial, <c>··</c> empty. Larger masks are down-sampled to 32 cells a side.
    /// </summary>
    public string ToText(int batch = 0, int head = 0) => BlockText.Write(Draw(batch, head, TextSide));

    /// <summary>
    /// The blocks of one batch and head as an SVG image, queries downwards: full blocks blue, partial ones orange, empty
    /// ones grey. Masks of more than 1024 blocks a side are down-sampled.
    /// </summary>
    public string ToSvg(int batch = 0, int head = 0) => BlockSvg.Write(Draw(batch, head, ImageSide), MaskName);

    /// <summary>Saves the picture of <see cref="ToSvg"/> as a PNG file.</summary>
    public void SavePng(string path, int batch = 0, int head = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        PngBuilder png = BlockPng.Write(Draw(batch, head, ImageSide));
        using FileStream file = File.Create(path);
        png.Save(file);
    }

    /// <summary>Writes the picture of <see cref="ToSvg"/> as a PNG image.</summary>
    public void SavePng(Stream stream, int batch = 0, int head = 0)
    {
        ArgumentNullException.ThrowIfNull(stream);
        BlockPng.Write(Draw(batch, head, ImageSide)).Save(stream);
    }

    private BlockPicture Draw(int batch, int head, int maximumSide) => BlockPicture.Draw(ListsOf(batch, head), maximumSide);
}
