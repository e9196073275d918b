namespace FlexAttention.Tests.Variants;

/// <summary>Who may look at whom by position alone.</summary>
public static partial class CausalMasks
{
    /// <summary>Plain attention: every query sees every key.</summary>
    [AttentionVariant]
    public static partial float None(float score, int b, int h, int q, int kv) => score;

    /// <summary>A query sees itself and what came before.</summary>
    [AttentionVariant]
    public static partial bool Causal(int b, int h, int q, int kv) => kv <= q;

    /// <summary>A query sees itself and what comes after.</summary>
    [AttentionVariant]
    public static partial bool InverseCausal(int b, int h, int q, int kv) => kv >= q;

    /// <summary>
    /// The queries are the last positions of a longer sequence, whose earlier keys are in a cache: <paramref name="past"/>
    /// is the position of the first query.
    /// </summary>
    [AttentionVariant]
    public static partial bool CausalAfter(int b, int h, int q, int kv, int past) => Causal(b, h, q + past, kv);

    /// <summary>A prefix that all may see, the prompt or an image, and causal from there on; its length by batch.</summary>
    [AttentionVariant]
    public static partial bool PrefixLm(int b, int h, int q, int kv, ReadOnlySpan<int> prefix) =>
        kv < prefix[b] || Causal(b, h, q, kv);

    /// <summary>The catalogue's entries.</summary>
    internal static VariantCase[] Cases { get; } =
    [
        new VariantCase<ValueTuple>("none", typeof(NoneKernel))
        {
            ScoreMethod = (_, score, b, h, q, kv) => None(score, b, h, q, kv),
            ScoreOracle = (_, score, b, h, q, kv) => score,
        },
        new VariantCase<ValueTuple>("causal", typeof(CausalKernel))
        {
            MaskMethod = (_, b, h, q, kv) => Causal(b, h, q, kv),
            MaskOracle = (_, b, h, q, kv) => !(kv > q),
        },
        new VariantCase<ValueTuple>("inverse causal", typeof(InverseCausalKernel))
        {
            MaskMethod = (_, b, h, q, kv) => InverseCausal(b, h, q, kv),
            MaskOracle = (_, b, h, q, kv) => !(kv < q),
        },
        new VariantCase<int>("causal after a cache", typeof(CausalAfterKernel))
        {
            Captures = (shape, _) => shape.Keys - shape.Queries,
            MaskMethod = (past, b, h, q, kv) => CausalAfter(b, h, q, kv, past),
            MaskOracle = (past, b, h, q, kv) => kv - past - q < 1,
        },
        new VariantCase<int[]>("prefix LM", typeof(PrefixLmKernel))
        {
            Captures = (shape, random) => random.Integers(shape.Batch, 0, shape.Keys + 1),
            MaskMethod = (prefix, b, h, q, kv) => PrefixLm(b, h, q, kv, prefix),
            MaskOracle = (prefix, b, h, q, kv) => kv < Math.Max(prefix[b], q + 1),
        },
    ];
}
