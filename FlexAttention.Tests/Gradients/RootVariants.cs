namespace FlexAttention.Tests.Gradients;

/// <summary>Scores that are no numbers, and have no derivative, where their mask rejects the pair.</summary>
public static partial class RootVariants
{
    /// <summary>The mask that keeps what has a root.</summary>
    [AttentionVariant]
    public static partial bool Earlier(int b, int h, int q, int kv) => kv < q;

    /// <summary>A bias, and a factor, that grow with the root of the distance.</summary>
    [AttentionVariant(Mask = nameof(Earlier))]
    public static partial float Root(float score, int b, int h, int q, int kv, [Learnable] ReadOnlySpan<float> growth, [Learnable] float power) =>
        (score * MathF.Log2(1 + q - kv)) + (growth[h] * MathF.Pow(MathF.Sqrt(q - kv), power));
}
