namespace FlexAttention.Tests.Variants;

/// <summary>Sequences that are images: positions are pixels, row after row.</summary>
public static partial class NeighbourhoodMasks
{
    /// <summary>NATTEN: each query sees <c>2 * radius + 1</c> keys, at the ends those that are nearest.</summary>
    [AttentionVariant]
    public static partial bool Natten1D(int b, int h, int q, int kv, int length, int radius) =>
        IsNeighbour(q, kv, length, radius);

    /// <summary>NATTEN in two dimensions: a square of keys around each query, moved inwards at the image's borders.</summary>
    [AttentionVariant]
    public static partial bool Natten2D(int b, int h, int q, int kv, int width, int height, int radius)
    {
        (int qRow, int qColumn) = Pixel(q, width);
        (int kvRow, int kvColumn) = Pixel(kv, width);
        return IsNeighbour(qRow, kvRow, height, radius) && IsNeighbour(qColumn, kvColumn, width, radius);
    }

    /// <summary>Sliding tiles: all queries of a tile see the same square of tiles, so that blocks are full or empty.</summary>
    [AttentionVariant]
    public static partial bool Tiles(int b, int h, int q, int kv, int width, int tile, int radius)
    {
        (int qRow, int qColumn) = Pixel(q, width);
        (int kvRow, int kvColumn) = Pixel(kv, width);
        return Math.Abs((qRow / tile) - (kvRow / tile)) <= radius
            && Math.Abs((qColumn / tile) - (kvColumn / tile)) <= radius;
    }

    /// <summary>Pixels see those of their own colour on a chess board.</summary>
    [AttentionVariant]
    public static partial bool Checkerboard(int b, int h, int q, int kv, int width)
    {
        (int qRow, int qColumn) = Pixel(q, width);
        (int kvRow, int kvColumn) = Pixel(kv, width);
        return ((qRow + qColumn) & 1) == ((kvRow + kvColumn) & 1);
    }

    /// <summary>Pixels see their row and their column.</summary>
    [AttentionVariant]
    public static partial bool Axial(int b, int h, int q, int kv, int width) =>
        q / width == kv / width || q % width == kv % width;

    /// <summary>Swin: a learned bias by the distance in rows and in columns, two small tables for each head.</summary>
    [AttentionVariant]
    public static partial float ImageBias(
        float score, int b, int h, int q, int kv, int width, ReadOnlySpan2D<Half> rows, ReadOnlySpan2D<Half> columns)
    {
        (int qRow, int qColumn) = Pixel(q, width);
        (int kvRow, int kvColumn) = Pixel(kv, width);
        const int limit = 7;
        score += (float)rows[h, limit + Math.Clamp(kvRow - qRow, -limit, limit)];
        score += (float)columns[h, limit + Math.Clamp(kvColumn - qColumn, -limit, limit)];
        return score;
    }

    private static (int Row, int Column) Pixel(int position, int width) => (position / width, position % width);

    private static bool IsNeighbour(int q, int kv, int length, int radius)
    {
        int centre = Math.Max(Math.Min(q, length - 1 - radius), radius);
        return Math.Abs(centre - kv) <= radius;
    }
}
