namespace FlexAttention.Execution;

/// <summary>Chooses the tile of a forward call by element type, head dimensions and GPU.</summary>
internal static class ForwardTiles
{
    /// <summary>The best tile that fits.</summary>
    /// <param name="request">What it is for.</param>
    /// <param name="asked">A tile asked for by hand, used as it is.</param>
    /// <exception cref="ArgumentException">The tile asked for is malformed, does not fit or cannot run here.</exception>
    public static TileConfig Choose(in TileRequest request, TileOverride? asked = null)
    {
        if (asked is { } tile)
            return ForwardTileOverrides.Checked(tile, in request);
        // Loops of their own: Candidates would allocate an iterator for every call.
        if (request.AllowsHopper)
        {
            foreach (ref readonly TileConfig candidate in HopperForwardTiles.For(in request))
            {
                if (HopperForwardTiles.Fits(in candidate, in request))
                    return candidate;
            }
        }

        foreach (ref readonly AmpereForwardTiles.Row row in AmpereForwardTiles.For(request.Element))
        {
            if (row.Fits(in request))
                return row.Tile;
        }

        throw new NotSupportedException(
            $"No tile for head dimensions {request.HeadDim} and {request.ValueDim} of {request.Element} fits the " +
            $"{request.SharedLimit} bytes of shared memory that this GPU gives a block.");
    }

    /// <summary>
    /// All tiles that fit, the best first: the Hopper kernel's where it can run, then the other's. A variant with much
    /// maths may need more registers than the first leaves it: the next one is for those.
    /// </summary>
    public static IEnumerable<TileConfig> Candidates(TileRequest request)
    {
        TileConfig[] hopper = request.AllowsHopper ? HopperForwardTiles.For(in request).ToArray() : [];
        IEnumerable<TileConfig> ampere = AmpereForwardTiles.For(request.Element).ToArray().Where(row => row.Fits(in request)).Select(row => row.Tile);
        return hopper.Where(tile => HopperForwardTiles.Fits(in tile, in request)).Concat(ampere);
    }

    /// <summary>The dynamic shared memory of a block, as the kernels lay it out.</summary>
    public static int SharedBytes(in TileConfig tile, ElementType element, int headDim, int valueDim) =>
        tile.Family == KernelFamily.Hopper
            ? HopperForwardTiles.SharedBytes(in tile, headDim, valueDim)
            : AmpereForwardTiles.SharedBytes(in tile, element, headDim, valueDim);
}
