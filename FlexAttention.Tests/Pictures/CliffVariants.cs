namespace FlexAttention.Tests.Pictures;

/// <summary>Scores as far apart as finite ones can be.</summary>
public static partial class CliffVariants
{
    [AttentionVariant]
    public static partial float Cliff(float score, int b, int h, int q, int kv) => kv == 0 ? score : kv == 1 ? 0 : -score;
}
