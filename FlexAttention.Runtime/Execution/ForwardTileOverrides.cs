namespace FlexAttention.Execution;

/// <summary>Checks tiles of forward calls asked for by hand.</summary>
internal static class ForwardTileOverrides
{
    private const string Parameter = nameof(ForwardOptions.Tile);

    /// <summary>The tile asked for.</summary>
    /// <exception cref="ArgumentException">It is malformed, does not fit or cannot run here; the message says which.</exception>
    public static TileConfig Checked(TileOverride asked, in TileRequest request)
    {
        TileConfig tile = asked.Family == KernelFamily.Hopper ? Hopper(asked, in request) : Ampere(asked, in request);
        int bytes = ForwardTiles.SharedBytes(in tile, request.Element, request.HeadDim, request.ValueDim)
            + (asked.Family == KernelFamily.Hopper ? HopperForwardTiles.StaticBytes : AmpereForwardTiles.RowStageBytes);
        return bytes <= request.SharedLimit
            ? tile
            : throw new ArgumentException(
                $"{asked} needs {bytes} bytes of shared memory; this GPU gives a block {request.SharedLimit}.", Parameter);
    }

    private static TileConfig Ampere(TileOverride asked, in TileRequest request)
    {
        bool wellFormed = asked.BlockM is >= 16 and <= 256 && asked.BlockM % 16 == 0
            && asked.BlockN is >= 16 and <= 256 && asked.BlockN % 16 == 0
            && asked.Warps is >= 1 and <= 16
            && asked.Stages is 1 or 2
            && (request.Element == ElementType.Float32 ? asked.BlockM == 8 * asked.Warps : asked.BlockM % (16 * asked.Warps) == 0);
        if (!wellFormed)
        {
            throw new ArgumentException(
                $"{asked} is not a tile: BlockM and BlockN must be multiples of 16 up to 256, Warps 1 to 16 with 16 query rows " +
                "or a multiple for each (8 rows for Float32), Stages 1 or 2.",
                Parameter);
        }

        if (asked.Persistent || asked.LazyRescale || asked.PackHeads || asked.SplitKeys)
            throw new ArgumentException($"{asked}: only tiles of the Hopper kernel have Persistent, LazyRescale, PackHeads and SplitKeys.", Parameter);
        return new TileConfig(asked.BlockM, asked.BlockN, asked.Warps, asked.Stages, TwoLoops: request.LargestDim <= 64);
    }

    private static TileConfig Hopper(TileOverride asked, in TileRequest request)
    {
        bool wellFormed = asked.BlockM is 64 or 128 or 192
            && asked.BlockN is >= 16 and <= 256 && asked.BlockN % 16 == 0
            && asked.Warps == TileConfig.HopperWarps(asked.BlockM)
            && asked.Stages is >= 2 and <= 8;
        if (!wellFormed)
        {
            throw new ArgumentException(
                $"{asked} is not a tile: the Hopper kernel needs a BlockM of 64, 128 or 192, a BlockN that is a multiple of 16 up to " +
                "256, four Warps for each 64 query rows and four more, and 2 to 8 Stages.",
                Parameter);
        }

        request.RequireHopper(asked, Parameter);
        if (asked.PackHeads && (!request.PackHeads || asked.BlockM != HopperForwardTiles.FewRows))
        {
            throw new ArgumentException(
                $"{asked}: PackHeads needs a BlockM of {HopperForwardTiles.FewRows}, heads that share keys, no more queries than that in all of these, and " +
                "a block mask, if there is one, that is the same for all heads.",
                Parameter);
        }

        if (asked.SplitKeys && (!request.FewQueries || asked.BlockM != HopperForwardTiles.FewRows))
        {
            throw new ArgumentException(
                $"{asked}: SplitKeys needs a BlockM of {HopperForwardTiles.FewRows}, and no more queries than that.", Parameter);
        }

        return TileConfig.Hopper(asked.BlockM, asked.BlockN, asked.Stages, asked.Persistent, asked.LazyRescale) with
        {
            PackHeads = asked.PackHeads,
            SplitKeys = asked.SplitKeys,
        };
    }
}
