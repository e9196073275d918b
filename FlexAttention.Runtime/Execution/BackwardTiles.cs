namespace FlexAttention.Execution;

/// <summary>Chooses the tile of a backward call by element type, head dimensions and GPU.</summary>
internal static class BackwardTiles
{
    /// <summary>What a block may use of the shared memory besides the tiles: barriers, and what is kept for each row.</summary>
    private const int StaticBytes = 4096;

    /// <summary>The best tile that fits.</summary>
    /// <param name="request">What it is for.</param>
    /// <param name="asked">A tile asked for by hand, used as it is.</param>
    /// <exception cref="ArgumentException">The tile asked for is malformed, does not fit or cannot run here.</exception>
    public static TileConfig Choose(in TileRequest request, TileOverride? asked = null)
    {
        if (asked is { } tile)
            return BackwardTileOverrides.Checked(tile, in request);
        // Loops of their own: Candidates would allocate an iterator for every call.
        foreach (ref readonly TileConfig candidate in HopperFor(in request))
        {
            if (Fits(in candidate, in request))
                return candidate;
        }

        foreach (ref readonly AmpereBackwardTiles.Row row in AmpereBackwardTiles.For(request.Element))
        {
            if (row.Fits(in request))
                return row.Tile;
        }

        throw new NotSupportedException(
            $"No backward tile for head dimensions {request.HeadDim} and {request.ValueDim} of {request.Element} fits the " +
            $"{request.SharedLimit} bytes of shared memory that this GPU gives a block.");
    }

    /// <summary>All tiles that fit, the best first.</summary>
    public static IEnumerable<TileConfig> Candidates(TileRequest request) =>
        HopperFor(in request).ToArray().Where(tile => Fits(in tile, in request))
            .Concat(AmpereBackwardTiles.For(request.Element).ToArray().Where(row => row.Fits(in request)).Select(static row => row.Tile));

    /// <summary>Whether a tile fits a block's shared memory.</summary>
    public static bool Fits(in TileConfig tile, in TileRequest request) =>
        SharedBytes(in tile, request.Element, request.HeadDim, request.ValueDim) + StaticBytes <= request.SharedLimit;

    /// <summary>The dynamic shared memory of a block, as the kernels lay it out.</summary>
    public static int SharedBytes(in TileConfig tile, ElementType element, int headDim, int valueDim) =>
        tile.Family == KernelFamily.Hopper
            ? HopperBackwardTiles.SharedBytes(in tile, headDim, valueDim)
            : AmpereBackwardTiles.SharedBytes(in tile, element, headDim, valueDim);

    /// <summary>
    /// What the blocks of a block mask must be multiples of, along queries and keys. The Ampere kernels need the longer side for
    /// both, since the sides change roles.
    /// </summary>
    public static (int Queries, int Keys) BlockMultiple(in TileConfig tile) =>
        tile.Family == KernelFamily.Hopper ? (tile.BlockM, tile.BlockN) : (tile.BlockN, tile.BlockN);

    private static ReadOnlySpan<TileConfig> HopperFor(in TileRequest request) =>
        request.AllowsHopper ? HopperBackwardTiles.For(request.LargestDim) : [];
}
