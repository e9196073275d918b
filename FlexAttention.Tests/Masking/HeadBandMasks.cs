namespace FlexAttention.Tests.Masking;

/// <summary>A window that batches and heads do not share, of which nothing is stored.</summary>
public static partial class HeadBandMasks
{
    [AttentionVariant]
    public static partial bool HeadBand(int b, int h, int q, int kv) => kv <= q && q - kv < 16 * (b + h + 1);
}
