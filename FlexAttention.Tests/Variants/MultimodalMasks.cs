namespace FlexAttention.Tests.Variants;

/// <summary>What a position holds.</summary>
public enum TokenKind
{
    /// <summary>A word.</summary>
    Text,

    /// <summary>A patch of an image.</summary>
    Image,

    /// <summary>A frame of sound.</summary>
    Audio,

    /// <summary>Nothing.</summary>
    Padding,
}

/// <summary>Text and images in one sequence, or one looking at the other.</summary>
public static partial class MultimodalMasks
{
    /// <summary>
    /// Transfusion: causal, but the patches of one image see each other. <paramref name="images"/> numbers the images from
    /// 1; 0 is text.
    /// </summary>
    [AttentionVariant]
    public static partial bool Transfusion(int b, int h, int q, int kv, ReadOnlySpan<int> images) =>
        kv <= q || (images[q] != 0 && images[q] == images[kv]);

    /// <summary>
    /// Flamingo: text looks at the patches of the last image before it. <paramref name="lastImage"/> is that image's number
    /// for each query (0: none yet), <paramref name="imageOf"/> the image of each key, by batch.
    /// </summary>
    [AttentionVariant]
    public static partial bool Flamingo(
        int b, int h, int q, int kv, ReadOnlySpan2D<int> lastImage, ReadOnlySpan2D<int> imageOf) =>
        lastImage[b, q] == imageOf[b, kv];

    /// <summary>What a query sees depends on what it is: a switch over an enum.</summary>
    [AttentionVariant]
    public static partial bool ByKind(int b, int h, int q, int kv, ReadOnlySpan<int> kinds)
    {
        var query = (TokenKind)kinds[q];
        var key = (TokenKind)kinds[kv];
        if (key == TokenKind.Padding)
            return false;
        return query switch
        {
            TokenKind.Text => kv <= q,
            TokenKind.Image => key is TokenKind.Image or TokenKind.Text,
            TokenKind.Audio => key == TokenKind.Audio && Math.Abs(q - kv) <= 16,
            _ => false,
        };
    }

    /// <summary>A bias between kinds of tokens, looked up through the kind of each position: captures that index captures.</summary>
    [AttentionVariant]
    public static partial float KindBias(
        float score, int b, int h, int q, int kv, ReadOnlySpan<int> kinds, ReadOnlySpan2D<float> bias) =>
        score + bias[kinds[q], kinds[kv]];

    /// <summary>
    /// Two captures that index each other: positions are reordered by <paramref name="order"/>, and attention is local in
    /// that order.
    /// </summary>
    [AttentionVariant]
    public static partial bool Reordered(
        int b, int h, int q, int kv, ReadOnlySpan<int> order, ReadOnlySpan<int> inverse, int reach) =>
        Math.Abs(order[inverse[order[q]]] - inverse[order[order[kv]]]) <= reach;

    /// <summary>The catalogue's entries.</summary>
    internal static VariantCase[] Cases { get; } =
    [
        new VariantCase<int[]>("transfusion", typeof(TransfusionKernel))
        {
            Captures = (shape, random) => [.. random.Runs(shape.Longest, longest: 40).Select(id => id % 2 == 0 ? 0 : id)],
            MaskMethod = (images, b, h, q, kv) => Transfusion(b, h, q, kv, images),
            MaskOracle = (images, b, h, q, kv) =>
                q >= kv || (images[q] > 0 && Array.LastIndexOf(images, images[q]) >= kv),
        },
        new VariantCase<(int[,] LastImage, int[,] ImageOf)>("Flamingo", typeof(FlamingoKernel))
        {
            Captures = (shape, random) =>
                (Rising(random, shape.Batch, shape.Queries, first: 0), Rising(random, shape.Batch, shape.Keys, first: 1)),
            MaskMethod = (x, b, h, q, kv) => Flamingo(b, h, q, kv, x.LastImage, x.ImageOf),
            MaskOracle = (x, b, h, q, kv) => x.ImageOf[b, kv].CompareTo(x.LastImage[b, q]) == 0,
        },
        new VariantCase<int[]>("by kind of token", typeof(ByKindKernel))
        {
            Captures = (shape, random) => random.Integers(shape.Longest, 0, 4),
            MaskMethod = (kinds, b, h, q, kv) => ByKind(b, h, q, kv, kinds),
            MaskOracle = (kinds, b, h, q, kv) => kinds[kv] != 3 && ((kinds[q] == 0 && kv - q < 1)
                || (kinds[q] == 1 && kinds[kv] < 2)
                || (kinds[q] == 2 && kinds[kv] == 2 && kv > q - 17 && kv < q + 17)),
        },
        new VariantCase<(int[] Kinds, float[,] Bias)>("bias by kind", typeof(KindBiasKernel))
        {
            Captures = (shape, random) => (random.Integers(shape.Longest, 0, 4), random.Floats(4, 4)),
            ScoreMethod = (x, score, b, h, q, kv) => KindBias(score, b, h, q, kv, x.Kinds, x.Bias),
            ScoreOracle = (x, score, b, h, q, kv) => (double)x.Bias[x.Kinds[q], x.Kinds[kv]] + score,
        },
        new VariantCase<(int[] Order, int[] Inverse, int Reach)>("two captures that index each other", typeof(ReorderedKernel))
        {
            Captures = (shape, random) =>
            {
                int[] order = [.. Enumerable.Range(0, shape.Longest)];
                random.Shuffle(order);
                return (order, [.. order.Select((_, i) => Array.IndexOf(order, i))], shape.Longest / 4);
            },
            MaskMethod = (x, b, h, q, kv) => Reordered(b, h, q, kv, x.Order, x.Inverse, x.Reach),
            // Each permutation undoes the other, which leaves one step in the new order.
            MaskOracle = (x, b, h, q, kv) => x.Order[q] - x.Reach <= x.Order[kv] && x.Order[kv] <= x.Order[q] + x.Reach,
        },
    ];

    /// <summary>Numbers that grow along each row by steps of 0 or 1.</summary>
    private static int[,] Rising(Random random, int rows, int columns, int first)
    {
        var items = new int[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            int number = first;
            for (int j = 0; j < columns; j++)
                items[i, j] = number += random.Next(20) == 0 ? 1 : 0;
        }

        return items;
    }
}
