namespace FlexAttention.Tests.Variants;

/// <summary>Many texts in one sequence, or one text a batch with room left over.</summary>
public static partial class DocumentMasks
{
    /// <summary>Texts packed one after the other: <paramref name="ids"/> says which one a position belongs to.</summary>
    [AttentionVariant]
    public static partial bool Document(int b, int h, int q, int kv, ReadOnlySpan<int> ids) => ids[q] == ids[kv];

    /// <summary>Packed texts, each read from left to right.</summary>
    [AttentionVariant]
    public static partial bool DocumentCausal(int b, int h, int q, int kv, ReadOnlySpan<int> ids) =>
        Document(b, h, q, kv, ids) && CausalMasks.Causal(b, h, q, kv);

    /// <summary>Texts padded to one length: only the first <paramref name="lengths"/>[b] positions are real.</summary>
    [AttentionVariant]
    public static partial bool Padding(int b, int h, int q, int kv, ReadOnlySpan<int> lengths) =>
        q < lengths[b] && kv < lengths[b];

    /// <summary>Padding as a table of which keys are real, a row a batch.</summary>
    [AttentionVariant]
    public static partial bool KeyPadding(int b, int h, int q, int kv, ReadOnlySpan2D<bool> real) => real[b, kv];

    /// <summary>
    /// Packed texts with the position inside each: a bias by the distance within the text, none across texts. The score
    /// returns negative infinity itself, so there is no mask to make blocks of.
    /// </summary>
    [AttentionVariant]
    public static partial float DocumentDistance(
        float score, int b, int h, int q, int kv, ReadOnlySpan<int> ids, ReadOnlySpan<int> starts)
    {
        if (ids[q] != ids[kv])
            return float.NegativeInfinity;
        int distance = (q - starts[ids[q]]) - (kv - starts[ids[kv]]);
        return score - (0.125f * Math.Abs(distance));
    }

    /// <summary>The catalogue's entries.</summary>
    internal static VariantCase[] Cases { get; } =
    [
        new VariantCase<int[]>("document", typeof(DocumentKernel))
        {
            Captures = (shape, random) => random.Runs(shape.Longest, longest: 90),
            MaskMethod = (ids, b, h, q, kv) => Document(b, h, q, kv, ids),
            // Runs are told apart by the steps between the two positions, not by their identifiers.
            MaskOracle = (ids, b, h, q, kv) =>
            {
                ReadOnlySpan<int> between = ids.AsSpan(Math.Min(q, kv)..(Math.Max(q, kv) + 1));
                return between.IndexOfAnyExcept(between[0]) < 0;
            },
        },
        new VariantCase<int[]>("document and causal", typeof(DocumentCausalKernel))
        {
            Captures = (shape, random) => random.Runs(shape.Longest, longest: 150),
            MaskMethod = (ids, b, h, q, kv) => DocumentCausal(b, h, q, kv, ids),
            MaskOracle = (ids, b, h, q, kv) => kv <= q && Array.IndexOf(ids, ids[q]) <= kv,
        },
        new VariantCase<int[]>("padding by length", typeof(PaddingKernel))
        {
            Captures = (shape, random) => random.Integers(shape.Batch, 0, shape.Keys + 1),
            MaskMethod = (lengths, b, h, q, kv) => Padding(b, h, q, kv, lengths),
            MaskOracle = (lengths, b, h, q, kv) => Math.Max(q, kv) < lengths[b],
        },
        new VariantCase<bool[,]>("key padding table", typeof(KeyPaddingKernel))
        {
            Captures = (shape, random) => random.Flags(shape.Batch, shape.Keys),
            MaskMethod = (real, b, h, q, kv) => KeyPadding(b, h, q, kv, real),
            MaskOracle = (real, b, h, q, kv) => real[b, kv],
        },
        new VariantCase<(int[] Ids, int[] Starts)>("distance within documents", typeof(DocumentDistanceKernel))
        {
            Captures = (shape, random) =>
            {
                int[] ids = random.Runs(shape.Longest, longest: 60);
                return (ids, [.. ids.Distinct().Select(id => Array.IndexOf(ids, id))]);
            },
            ScoreMethod = (x, score, b, h, q, kv) => DocumentDistance(score, b, h, q, kv, x.Ids, x.Starts),
            ScoreOracle = (x, score, b, h, q, kv) =>
                x.Ids[q] == x.Ids[kv] ? score - (Math.Abs(q - kv) / 8.0) : double.NegativeInfinity,
        },
    ];
}
