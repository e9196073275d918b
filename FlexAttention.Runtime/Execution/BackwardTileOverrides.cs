namespace FlexAttention.Execution;

/// <summary>Checks tiles of backward calls asked for by hand.</summary>
internal static class BackwardTileOverrides
{
    /// <summary>With more, the kernels' sums of captures would not end with their steps, and nothing would fit the registers.</summary>
    private const int MostKeysOfWarp = 64;

    private const string Parameter = nameof(BackwardOptions.Tile);

    /// <summary>The head dimension up to which a Hopper block's registers hold the gradients of its keys and values.</summary>
    private const int LargestHopperDim = 128;

    /// <summary>The tile asked for.</summary>
    /// <exception cref="ArgumentException">It is malformed, does not fit or cannot run here; the message says which.</exception>
    public static TileConfig Checked(TileOverride asked, in TileRequest request)
    {
        if (asked.Persistent || asked.LazyRescale || asked.PackHeads || asked.SplitKeys)
            throw new ArgumentException($"{asked}: Persistent, LazyRescale, PackHeads and SplitKeys are of forward calls only.", Parameter);
        TileConfig tile = asked.Family == KernelFamily.Hopper ? Hopper(asked, in request) : Ampere(asked, request.Element);
        return BackwardTiles.Fits(in tile, in request)
            ? tile
            : throw new ArgumentException(
                $"{asked} needs {BackwardTiles.SharedBytes(in tile, request.Element, request.HeadDim, request.ValueDim)} bytes of shared " +
                $"memory; this GPU gives a block {request.SharedLimit}.",
                Parameter);
    }

    private static TileConfig Ampere(TileOverride asked, ElementType element)
    {
        bool wellFormed = asked.BlockN is 16 or 32 or 64 or 128
            && asked.BlockM >= 16 && asked.BlockN % asked.BlockM == 0
            && asked.Warps is >= 1 and <= 8
            && (element == ElementType.Float32
                ? asked.BlockN == 8 * asked.Warps
                : asked.BlockN % (16 * asked.Warps) == 0 && asked.BlockN <= MostKeysOfWarp * asked.Warps)
            && asked.Stages is 1 or 2;
        return wellFormed
            ? new TileConfig(asked.BlockM, asked.BlockN, asked.Warps, asked.Stages)
            : throw new ArgumentException(
                $"{asked} is not a tile of the backward kernels: BlockN must be 16, 32, 64 or 128, BlockM 16 or a larger divisor of it, Warps " +
                "1 to 8 with 16, 32 or 64 keys of BlockN for each (8 for Float32), Stages 1 or 2.",
                Parameter);
    }

    private static TileConfig Hopper(TileOverride asked, in TileRequest request)
    {
        bool wellFormed = asked.BlockN is 64 or 128
            && (asked.BlockM == 64 || asked.BlockM == asked.BlockN)
            && asked.Warps == TileConfig.HopperWarps(asked.BlockN)
            && asked.Stages is >= 2 and <= 8;
        if (!wellFormed)
        {
            throw new ArgumentException(
                $"{asked} is not a tile: the Hopper backward kernel needs a BlockN of 64 or 128, a BlockM of 64 or as large, four Warps for each 64 " +
                "keys and four more, and 2 to 8 Stages.",
                Parameter);
        }

        request.RequireHopper(asked, Parameter);
        return request.LargestDim <= LargestHopperDim
            ? TileConfig.HopperBackward(asked.BlockM, asked.BlockN, asked.Stages)
            : throw new ArgumentException($"{asked}: the Hopper backward kernel takes head dimensions up to {LargestHopperDim}.", Parameter);
    }
}
