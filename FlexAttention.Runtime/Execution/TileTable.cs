using FlexAttention.Compilation;

namespace FlexAttention.Execution;

/// <summary>Chooses the tile by element type, head dimensions and the GPU's shared memory.</summary>
internal static class TileTable
{
    /// <summary>What a block may use of the shared memory besides the tiles: what the variant keeps for each row.</summary>
    private const int RowStageBytes = 2048;

    /// <summary>Tiles of the tensor-core kernel (16-bit elements), the best first.</summary>
    private static readonly Row[] TensorCore =
    [
        new(64, new TileConfig(128, 64, 4, 2, TwoLoops: true)),
        new(64, new TileConfig(128, 64, 4, 2)),
        new(64, new TileConfig(128, 32, 4, 2)),
        new(64, new TileConfig(64, 32, 4, 2)),
        new(128, new TileConfig(128, 64, 4, 1)),
        new(128, new TileConfig(128, 64, 4, 1, Park: true)),
        new(128, new TileConfig(128, 64, 4, 1, TwoLoops: true, Park: true)),
        new(128, new TileConfig(128, 64, 4, 1, TwoLoops: true)),
        new(128, new TileConfig(128, 32, 4, 1)),
        new(128, new TileConfig(64, 32, 4, 1)),
        new(256, new TileConfig(64, 64, 4, 1)),
        new(256, new TileConfig(64, 32, 4, 1)),
        new(256, new TileConfig(64, 16, 4, 1)),
    ];

    /// <summary>Tiles of the kernel for 32-bit elements.</summary>
    private static readonly Row[] SinglePrecision =
    [
        new(128, new TileConfig(64, 64, 8, 1)),
        new(256, new TileConfig(32, 32, 4, 1)),
    ];

    /// <summary>The best tile that fits.</summary>
    /// <param name="element">Float16, BFloat16 or Float32.</param>
    /// <param name="headDim">The padded head dimension of q and k.</param>
    /// <param name="valueDim">The padded head dimension of v.</param>
    /// <param name="sharedLimit">The most shared memory a block may have, in bytes.</param>
    /// <param name="asked">A tile asked for by hand, used as it is.</param>
    /// <exception cref="ArgumentException">The tile asked for is malformed or does not fit.</exception>
    public static TileConfig Choose(ElementType element, int headDim, int valueDim, int sharedLimit, TileOverride? asked)
    {
        if (asked is { } tile)
            return Checked(tile, element, headDim, valueDim, sharedLimit);
        // A loop of its own: Candidates would allocate an iterator for every call.
        foreach (Row row in element == ElementType.Float32 ? SinglePrecision : TensorCore)
        {
            if (row.Fits(element, headDim, valueDim, sharedLimit))
                return row.Tile;
        }

        throw new NotSupportedException(
            $"No tile for head dimensions {headDim} and {valueDim} of {element} fits the {sharedLimit} bytes of shared memory " +
            "that this GPU gives a block.");
    }

    /// <summary>
    /// All tiles that fit, the best first. A variant with much maths may need more registers than the first leaves it:
    /// the next one is for those.
    /// </summary>
    public static IEnumerable<TileConfig> Candidates(ElementType element, int headDim, int valueDim, int sharedLimit)
    {
        foreach (Row row in element == ElementType.Float32 ? SinglePrecision : TensorCore)
        {
            if (row.Fits(element, headDim, valueDim, sharedLimit))
                yield return row.Tile;
        }
    }

    private static TileConfig Checked(TileOverride asked, ElementType element, int headDim, int valueDim, int sharedLimit)
    {
        const string parameter = nameof(ForwardOptions.Tile);
        var tile = new TileConfig(asked.BlockM, asked.BlockN, asked.Warps, asked.Stages, TwoLoops: Math.Max(headDim, valueDim) <= 64);
        bool wellFormed = tile.BlockM is >= 16 and <= 256 && tile.BlockM % 16 == 0
            && tile.BlockN is >= 16 and <= 256 && tile.BlockN % 16 == 0
            && tile.Warps is >= 1 and <= 16
            && tile.Stages is 1 or 2
            && (element == ElementType.Float32 ? tile.BlockM == 8 * tile.Warps : tile.BlockM % (16 * tile.Warps) == 0);
        if (!wellFormed)
        {
            throw new ArgumentException(
                $"{asked} is not a tile: BlockM and BlockN must be multiples of 16 up to 256, Warps 1 to 16 with 16 query rows " +
                "or a multiple for each (8 rows for Float32), Stages 1 or 2.",
                parameter);
        }

        int bytes = tile.SharedBytes(element, headDim, valueDim) + RowStageBytes;
        return bytes <= sharedLimit
            ? tile
            : throw new ArgumentException($"{asked} needs {bytes} bytes of shared memory; this GPU gives a block {sharedLimit}.", parameter);
    }

    /// <summary>A tile, and the largest head dimension that it is good for.</summary>
    private readonly record struct Row(int HeadDimLimit, TileConfig Tile)
    {
        public bool Fits(ElementType element, int headDim, int valueDim, int sharedLimit) =>
            Math.Max(headDim, valueDim) <= HeadDimLimit
            && Tile.SharedBytes(element, headDim, valueDim) + Tile.ParkBytes + RowStageBytes <= sharedLimit;
    }
}
