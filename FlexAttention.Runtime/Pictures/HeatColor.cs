using FlexAttention.Masking;

namespace FlexAttention.Pictures;

/// <summary>The colours of heat maps: dark blue, blue, green, yellow. Brightness rises throughout, so that they also print in grey.</summary>
internal static class HeatColor
{
    private static readonly BlockColor[] Stops =
        [new(68, 1, 84), new(59, 82, 139), new(33, 145, 140), new(94, 201, 98), new(253, 231, 37)];

    /// <summary>The colour of a rejected pair, of negative infinity and of NaN.</summary>
    public static BlockColor Rejected => BlockColor.Of(BlockKind.Empty);

    /// <summary>The colour of a score.</summary>
    public static BlockColor Of(ScoreMap map, float score)
    {
        if (float.IsNaN(score) || float.IsNegativeInfinity(score))
            return Rejected;
        // In double, where the distance of any two floats is finite.
        double range = (double)map.Highest - map.Lowest;
        double place = range > 0 ? Math.Clamp((score - (double)map.Lowest) / range, 0, 1) : 1;
        float position = (float)place * (Stops.Length - 1);
        int stop = Math.Min((int)position, Stops.Length - 2);
        return Between(Stops[stop], Stops[stop + 1], position - stop);
    }

    private static BlockColor Between(BlockColor from, BlockColor to, float share) =>
        new(Mix(from.Red, to.Red, share), Mix(from.Green, to.Green, share), Mix(from.Blue, to.Blue, share));

    private static byte Mix(byte from, byte to, float share) => (byte)MathF.Round(from + ((to - from) * share));
}
