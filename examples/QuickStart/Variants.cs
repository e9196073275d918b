using FlexAttention;

namespace QuickStart;

/// <summary>
/// Five ways for words to look at each other. Each method is plain C#, can be called and stepped through; the generator
/// makes a fused kernel of it.
/// </summary>
internal static partial class Variants
{
    /// <summary>A word sees itself and the words before it.</summary>
    [AttentionVariant]
    public static partial bool Causal(int b, int h, int q, int kv) => kv <= q;

    /// <summary>The nearer a word, the more it counts; each head falls off at its own rate.</summary>
    [AttentionVariant(Mask = nameof(Causal))]
    public static partial float Alibi(float score, int b, int h, int q, int kv, ReadOnlySpan<float> slopes) =>
        score + (slopes[h] * (kv - q));

    /// <summary>Many documents in one sequence: none sees another.</summary>
    [AttentionVariant]
    public static partial bool DocumentCausal(int b, int h, int q, int kv, ReadOnlySpan<int> ids) =>
        ids[q] == ids[kv] && Causal(b, h, q, kv);

    /// <summary>Scores that level off, so that no single word takes everything.</summary>
    [AttentionVariant(Mask = nameof(Causal))]
    public static partial float Softcap(float score, int b, int h, int q, int kv, float cap) =>
        cap * MathF.Tanh(score / cap);

    /// <summary>Only the last words count: time and memory grow with the length, not with its square.</summary>
    [AttentionVariant]
    public static partial bool SlidingWindow(int b, int h, int q, int kv, int window) =>
        Causal(b, h, q, kv) && q - kv < window;
}
