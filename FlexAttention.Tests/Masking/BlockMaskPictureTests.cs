using System.Xml.Linq;
using BigGustave;

namespace FlexAttention.Tests.Masking;

public sealed class BlockMaskPictureTests
{
    private static readonly (byte, byte, byte) Full = (31, 90, 166);
    private static readonly (byte, byte, byte) Partial = (242, 153, 46);
    private static readonly (byte, byte, byte) Empty = (232, 234, 237);

    [Test]
    public void ToString_ShowsFactsAndBlocks()
    {
        using BlockMask mask = BlockMaskTests.Case("causal").Create(2, 4, 500, 500);

        Assert.That(mask.ToString(), Is.EqualTo(
            """
            BlockMask of CausalRule: 2 x 4 x 500 x 500 in blocks of 128 x 128, 6 full, 4 partial, 6 empty, sparsity 37.5 %
            ▒▒······
            ██▒▒····
            ████▒▒··
            ██████▒▒
            """));
    }

    [Test]
    public void ToString_OfADisposedOrEmptyMask_ShowsFacts()
    {
        BlockMask disposed = BlockMaskTests.Case("causal").Create(2, 4, 500, 500);
        disposed.Dispose();
        using BlockMask empty = BlockMaskTests.Case("padding").Create(0, 4, 500, 500);

        Assert.That(disposed.ToString(), Is.EqualTo("BlockMask of CausalRule: 2 x 4 x 500 x 500 in blocks of 128 x 128, disposed"));
        Assert.That(empty.ToString(), Does.EndWith("sparsity 0.0 %"));
    }

    [Test]
    public void LargeMask_IsDownSampled()
    {
        using BlockMask mask = BlockMaskTests.Case("causal").Create(1, 1, 640, 640, new() { QueryBlockSize = 10, KeyBlockSize = 10 });

        string[] lines = mask.ToText().Split('\n');

        Assert.That(lines, Has.Length.EqualTo(32));
        Assert.That(lines[0], Is.EqualTo("▒▒" + new string('·', 62)));
        Assert.That(lines[31], Is.EqualTo(new string('█', 62) + "▒▒"));
    }

    [Test]
    public void TextOfAHead_IsThatHeads()
    {
        using BlockMask mask = BlockMaskTests.Case("head window").Create(1, 2, 60, 60, new() { QueryBlockSize = 20, KeyBlockSize = 20 });

        Assert.That(mask.ToText(head: 0), Is.EqualTo("██▒▒··\n▒▒██▒▒\n··▒▒██"));
        Assert.That(mask.ToText(head: 1), Is.EqualTo("████▒▒\n██████\n▒▒████"));
        Assert.That(() => mask.ToText(head: 2), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("head"));
    }

    [Test]
    public void Png_ShowsEveryBlockInItsColor()
    {
        using BlockMask mask = BlockMaskTests.Case("causal").Create(1, 1, 300, 400);
        using var stream = new MemoryStream();
        mask.SavePng(stream);
        stream.Position = 0;
        Png png = Png.Open(stream);

        Assert.That((png.Width, png.Height), Is.EqualTo((4 * 32, 3 * 32)));
        BlockKind[,] kinds = mask.ToDense();
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 4; column++)
                Assert.That(ColorAt(png, (column * 32) + 10, (row * 32) + 10), Is.EqualTo(ColorOf(kinds[row, column])));
        }

        Assert.That(ColorAt(png, 31, 10), Is.EqualTo(((byte)255, (byte)255, (byte)255)), "lines between blocks");
    }

    [Test]
    public void PngOfManyBlocks_IsDownSampledToOnePixelEach()
    {
        using BlockMask mask = BlockMaskTests.Case("causal").Create(1, 1, 2500, 2500, new() { QueryBlockSize = 1, KeyBlockSize = 1 });
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.png");
        try
        {
            mask.SavePng(path);
            Png png = Png.Open(path);

            Assert.That((png.Width, png.Height), Is.EqualTo((834, 834)));
            Assert.That(ColorAt(png, 100, 800), Is.EqualTo(Full));
            Assert.That(ColorAt(png, 400, 400), Is.EqualTo(Partial));
            Assert.That(ColorAt(png, 800, 100), Is.EqualTo(Empty));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void PngOfNoBlocks_IsOnePixel()
    {
        using BlockMask mask = BlockMaskTests.Case("causal").Create(1, 1, 0, 0);
        using var stream = new MemoryStream();
        mask.SavePng(stream);
        stream.Position = 0;

        Assert.That(Png.Open(stream).Width, Is.EqualTo(1));
        Assert.That(mask.ToText(), Is.Empty);
    }

    [Test]
    public void Svg_HasOneRectangleARun()
    {
        using BlockMask mask = BlockMaskTests.Case("causal").Create(1, 1, 384, 384);

        XElement svg = XDocument.Parse(mask.ToSvg()).Root!;

        string[] rectangles = [.. svg.Elements().Where(element => element.Name.LocalName == "rect").Select(Describe)];
        Assert.That(rectangles, Is.EqualTo(new[]
        {
            "0,0 3x3 #e8eaed",
            "0,0 1x1 #f2992e",
            "0,1 1x1 #1f5aa6", "1,1 1x1 #f2992e",
            "0,2 2x1 #1f5aa6", "2,2 1x1 #f2992e",
        }));
        Assert.That(svg.Attribute("viewBox")!.Value, Is.EqualTo("0 0 3 3"));

        static string Describe(XElement rectangle) =>
            $"{rectangle.Attribute("x")?.Value ?? "0"},{rectangle.Attribute("y")?.Value ?? "0"} " +
            $"{rectangle.Attribute("width")!.Value}x{rectangle.Attribute("height")!.Value} {rectangle.Attribute("fill")!.Value}";
    }

    private static (byte, byte, byte) ColorOf(BlockKind kind) => kind switch
    {
        BlockKind.Full => Full,
        BlockKind.Partial => Partial,
        _ => Empty,
    };

    private static (byte, byte, byte) ColorAt(Png png, int x, int y)
    {
        Pixel pixel = png.GetPixel(x, y);
        return (pixel.R, pixel.G, pixel.B);
    }
}
