using BigGustave;

namespace FlexAttention.Masking;

/// <summary>Pictures of blocks as PNG: every cell a square of a few pixels, with lines between them where there is room.</summary>
internal static class BlockPng
{
    private const int Pixels = 512;
    private const int LargestCell = 32;
    private const int SmallestCellWithLine = 8;

    public static PngBuilder Write(BlockPicture picture)
    {
        int cell = CellSize(picture);
        int line = cell >= SmallestCellWithLine ? 1 : 0;
        // A PNG image has at least one pixel.
        int width = Math.Max(1, picture.Columns * cell);
        int height = Math.Max(1, picture.Rows * cell);
        var png = PngBuilder.Create(width, height, hasAlphaChannel: false);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                bool inside = picture.Rows > 0 && picture.Columns > 0 && x % cell < cell - line && y % cell < cell - line;
                BlockColor color = inside ? BlockColor.Of(picture.Cells[y / cell, x / cell]) : BlockColor.Line;
                png.SetPixel(new Pixel(color.Red, color.Green, color.Blue), x, y);
            }
        }

        return png;
    }

    /// <summary>The pixels of a cell's side: few cells are drawn large.</summary>
    public static int CellSize(BlockPicture picture) =>
        Math.Clamp(Pixels / Math.Max(1, Math.Max(picture.Rows, picture.Columns)), 1, LargestCell);
}
