namespace FlexAttention.Tests.Variants;

/// <summary>Local attention: a query sees its neighbourhood.</summary>
public static partial class WindowMasks
{
    /// <summary>Keys less than <paramref name="window"/> positions back, and as far ahead.</summary>
    [AttentionVariant]
    public static partial bool SlidingWindow(int b, int h, int q, int kv, int window) => Math.Abs(q - kv) < window;

    /// <summary>The sliding window of a decoder: composed of two other variants, by calling them.</summary>
    [AttentionVariant]
    public static partial bool CausalWindow(int b, int h, int q, int kv, int window) =>
        CausalMasks.Causal(b, h, q, kv) && SlidingWindow(b, h, q, kv, window);

    /// <summary>A window with gaps: <paramref name="reach"/> keys on each side, every <paramref name="step"/>-th position.</summary>
    [AttentionVariant]
    public static partial bool DilatedWindow(int b, int h, int q, int kv, int reach, int step)
    {
        int distance = Math.Abs(q - kv);
        return distance % step == 0 && distance / step <= reach;
    }

    /// <summary>Longformer: a window, and the first <paramref name="globals"/> positions, which see all and are seen by all.</summary>
    [AttentionVariant]
    public static partial bool GlobalAndWindow(int b, int h, int q, int kv, int globals, int window) =>
        q < globals || kv < globals || SlidingWindow(b, h, q, kv, window);

    /// <summary>The catalogue's entries.</summary>
    internal static VariantCase[] Cases { get; } =
    [
        new VariantCase<int>("sliding window", typeof(SlidingWindowKernel))
        {
            Captures = (_, _) => 33,
            MaskMethod = (window, b, h, q, kv) => SlidingWindow(b, h, q, kv, window),
            MaskOracle = (window, b, h, q, kv) => q - window < kv && kv < q + window,
        },
        new VariantCase<int>("causal sliding window", typeof(CausalWindowKernel))
        {
            Captures = (_, _) => 40,
            MaskMethod = (window, b, h, q, kv) => CausalWindow(b, h, q, kv, window),
            MaskOracle = (window, b, h, q, kv) => kv > q - window && kv <= q,
        },
        new VariantCase<(int Reach, int Step)>("dilated window", typeof(DilatedWindowKernel))
        {
            Captures = (_, _) => (5, 3),
            MaskMethod = (x, b, h, q, kv) => DilatedWindow(b, h, q, kv, x.Reach, x.Step),
            MaskOracle = (x, b, h, q, kv) =>
                Enumerable.Range(-x.Reach, (2 * x.Reach) + 1).Any(i => kv == q + (i * x.Step)),
        },
        new VariantCase<(int Globals, int Window)>("global and window", typeof(GlobalAndWindowKernel))
        {
            Captures = (_, _) => (3, 20),
            MaskMethod = (x, b, h, q, kv) => GlobalAndWindow(b, h, q, kv, x.Globals, x.Window),
            MaskOracle = (x, b, h, q, kv) => Math.Min(q, kv) < x.Globals || (kv < q + x.Window && q < kv + x.Window),
        },
    ];
}
