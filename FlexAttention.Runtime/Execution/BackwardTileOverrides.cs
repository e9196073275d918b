namespace FlexAttention.Execution;

/// <summary>Checks tiles of backward calls asked for by hand.</summary>
internal static class BackwardTileOverrides
{
    private const string Parameter = nameof(BackwardOptions.Tile);

    /// <summary>The tile asked for.</summary>
    /// <exception cref="ArgumentException">It is malformed, does not fit or cannot run here; the message says which.</exception>
    public static TileConfig Checked(TileOverride asked, in TileRequest request)
    {
        if (asked.Family != KernelFamily.Ampere || asked.Persistent || asked.LazyRescale)
            throw new ArgumentException($"{asked}: backward calls have the Ampere kernels only.", Parameter);
        CheckForm(asked, request.Element);
        var tile = new TileConfig(asked.BlockM, asked.BlockN, asked.Warps, asked.Stages);
        return BackwardTiles.Fits(in tile, in request)
            ? tile
            : throw new ArgumentException(
                $"{asked} needs {BackwardTiles.SharedBytes(in tile, request.Element, request.HeadDim, request.ValueDim)} bytes of shared " +
                $"memory; this GPU gives a block {request.SharedLimit}.",
                Parameter);
    }

    private static void CheckForm(TileOverride asked, ElementType element)
    {
        bool wellFormed = asked.BlockN is 16 or 32 or 64 or 128
            && asked.BlockM >= 16 && asked.BlockN % asked.BlockM == 0
            && asked.Warps is >= 1 and <= 8
            && (element == ElementType.Float32 ? asked.BlockN == 8 * asked.Warps : asked.BlockN % (16 * asked.Warps) == 0)
            && asked.Stages is 1 or 2;
        if (!wellFormed)
        {
            throw new ArgumentException(
                $"{asked} is not a tile of the backward kernels: BlockN must be 16, 32, 64 or 128, BlockM 16 or a larger divisor of it, Warps " +
                "1 to 8 with 16 keys of BlockN or a multiple for each (8 keys for Float32), Stages 1 or 2.",
                Parameter);
        }
    }
}
