using BigGustave;
using FlexAttention.Masking;

namespace FlexAttention.Pictures;

/// <summary>Heat maps as PNG: every pair a square of a few pixels.</summary>
internal static class HeatMapPng
{
    private const int Pixels = 512;
    private const int LargestCell = 16;

    public static PngBuilder Write(ScoreMap map)
    {
        int cell = Math.Clamp(Pixels / Math.Max(1, Math.Max(map.Queries, map.Keys)), 1, LargestCell);
        // A PNG image has at least one pixel.
        int width = Math.Max(1, map.Keys * cell), height = Math.Max(1, map.Queries * cell);
        // Without the alpha channel the writer would make a palette, whose entries past the sixteenth come out as earlier ones.
        var png = PngBuilder.Create(width, height, hasAlphaChannel: true);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                bool isPair = map.Queries > 0 && map.Keys > 0;
                BlockColor color = isPair ? HeatColor.Of(map, map[y / cell, x / cell]) : HeatColor.Rejected;
                png.SetPixel(new Pixel(color.Red, color.Green, color.Blue, 255, isGrayscale: false), x, y);
            }
        }

        return png;
    }
}
