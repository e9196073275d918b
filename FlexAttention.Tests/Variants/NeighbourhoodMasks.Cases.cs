namespace FlexAttention.Tests.Variants;

/// <content>The catalogue's entries.</content>
public static partial class NeighbourhoodMasks
{
    private const int Width = 12;

    internal static VariantCase[] Cases { get; } =
    [
        new VariantCase<(int Length, int Radius)>("NATTEN 1-D", typeof(Natten1DKernel))
        {
            Captures = (shape, _) => (shape.Longest, 7),
            MaskMethod = (x, b, h, q, kv) => Natten1D(b, h, q, kv, x.Length, x.Radius),
            MaskOracle = (x, b, h, q, kv) => IsNearest(q, kv, x.Length, x.Radius),
        },
        new VariantCase<(int Width, int Height, int Radius)>("NATTEN 2-D", typeof(Natten2DKernel))
        {
            Captures = (shape, _) => (Width, Rows(shape), 2),
            MaskMethod = (x, b, h, q, kv) => Natten2D(b, h, q, kv, x.Width, x.Height, x.Radius),
            MaskOracle = (x, b, h, q, kv) =>
                IsNearest(Row(q), Row(kv), x.Height, x.Radius) && IsNearest(Column(q), Column(kv), x.Width, x.Radius),
        },
        new VariantCase<(int Width, int Tile, int Radius)>("sliding tiles", typeof(TilesKernel))
        {
            Captures = (_, _) => (Width, 4, 1),
            MaskMethod = (x, b, h, q, kv) => Tiles(b, h, q, kv, x.Width, x.Tile, x.Radius),
            MaskOracle = (x, b, h, q, kv) =>
                Near(Row(q), Row(kv), x.Tile, x.Radius) && Near(Column(q), Column(kv), x.Tile, x.Radius),
        },
        new VariantCase<int>("checkerboard", typeof(CheckerboardKernel))
        {
            Captures = (_, _) => Width,
            MaskMethod = (width, b, h, q, kv) => Checkerboard(b, h, q, kv, width),
            MaskOracle = (_, b, h, q, kv) => (Row(q) + Column(q) + Row(kv) + Column(kv)) % 2 == 0,
        },
        new VariantCase<int>("axial", typeof(AxialKernel))
        {
            Captures = (_, _) => Width,
            MaskMethod = (width, b, h, q, kv) => Axial(b, h, q, kv, width),
            MaskOracle = (_, b, h, q, kv) => Row(q) == Row(kv) || Column(q) == Column(kv),
        },
        new VariantCase<(int Width, Half[,] Rows, Half[,] Columns)>("image bias", typeof(ImageBiasKernel))
        {
            Captures = (shape, random) => (Width, random.Halves(shape.Heads, 15), random.Halves(shape.Heads, 15)),
            ScoreMethod = (x, score, b, h, q, kv) => ImageBias(score, b, h, q, kv, x.Width, x.Rows, x.Columns),
            ScoreOracle = (x, score, b, h, q, kv) =>
                score + (double)x.Rows[h, Step(Row(q), Row(kv))] + (double)x.Columns[h, Step(Column(q), Column(kv))],
        },
    ];

    private static int Rows(VariantShape shape) => (shape.Longest + Width - 1) / Width;

    private static int Row(int position) => Math.DivRem(position, Width).Quotient;

    private static int Column(int position) => position - (Row(position) * Width);

    /// <summary>Whether a key is in the window, whose first place is moved inwards from both ends.</summary>
    private static bool IsNearest(int q, int kv, int length, int radius)
    {
        int first = Math.Clamp(q - radius, 0, Math.Max(length - 1 - (2 * radius), 0));
        return kv >= first && kv - first < (2 * radius) + 1;
    }

    private static bool Near(int q, int kv, int tile, int radius)
    {
        int first = (q / tile * tile) - (radius * tile);
        return kv >= first && kv < first + (((2 * radius) + 1) * tile);
    }

    /// <summary>The table's entry for a step, the outermost ones serving all longer steps.</summary>
    private static int Step(int from, int to) => to - from < -7 ? 0 : to - from > 7 ? 14 : to - from + 7;
}
