using FlexAttention.Descriptors;

namespace FlexAttention.Tests.Masking;

/// <summary>A mask as a hand-written formula, so that block masks are tested without the generator.</summary>
internal interface IMaskRule
{
    static abstract IndexDependence Dependence { get; }

    /// <summary>False for a variant that has no mask method at all.</summary>
    static virtual bool IsMask => true;

    bool Keeps(int b, int h, int q, int kv);

    int CountKept(int count, int b, int h, int q, int kv)
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
            kept += Keeps(b, h, q, kv + i) ? 1 : 0;
        return kept;
    }
}

internal readonly struct Unmasked : IMaskRule
{
    public static IndexDependence Dependence => IndexDependence.None;

    public static bool IsMask => false;

    public bool Keeps(int b, int h, int q, int kv) => throw new NotSupportedException();
}

internal readonly struct KeepAll : IMaskRule
{
    public static IndexDependence Dependence => IndexDependence.None;

    public bool Keeps(int b, int h, int q, int kv) => true;
}

internal readonly struct KeepNone : IMaskRule
{
    public static IndexDependence Dependence => IndexDependence.None;

    public bool Keeps(int b, int h, int q, int kv) => false;
}

internal readonly struct CausalRule : IMaskRule
{
    public static IndexDependence Dependence => IndexDependence.Query | IndexDependence.Key;

    public bool Keeps(int b, int h, int q, int kv) => kv <= q;
}

internal readonly struct WindowRule(int window) : IMaskRule
{
    public static IndexDependence Dependence => IndexDependence.Query | IndexDependence.Key;

    public bool Keeps(int b, int h, int q, int kv) => kv <= q && q - kv < window;

    /// <summary>Without looking at each pair, so that long sequences are quick to build.</summary>
    public int CountKept(int count, int b, int h, int q, int kv) =>
        Math.Max(0, Math.Min(kv + count - 1, q) - Math.Max(kv, q - window + 1) + 1);
}

internal readonly struct DocumentRule(int length) : IMaskRule
{
    public static IndexDependence Dependence => IndexDependence.Query | IndexDependence.Key;

    public bool Keeps(int b, int h, int q, int kv) => q / length == kv / length;
}

/// <summary>One lone pair is rejected, the last one that a scan of any block would reach.</summary>
internal readonly struct AllButOneRule(int query, int key) : IMaskRule
{
    public static IndexDependence Dependence => IndexDependence.Query | IndexDependence.Key;

    public bool Keeps(int b, int h, int q, int kv) => q != query || kv != key;
}

internal readonly struct HeadWindowRule : IMaskRule
{
    public static IndexDependence Dependence => IndexDependence.Head | IndexDependence.Query | IndexDependence.Key;

    public bool Keeps(int b, int h, int q, int kv) => Math.Abs(q - kv) < 20 * (h + 1);
}

internal readonly struct PaddingRule : IMaskRule
{
    public static IndexDependence Dependence => IndexDependence.Batch | IndexDependence.Key;

    public bool Keeps(int b, int h, int q, int kv) => kv < 60 * (b + 1);
}

internal readonly struct QueryPaddingRule : IMaskRule
{
    public static IndexDependence Dependence => IndexDependence.Batch | IndexDependence.Query;

    public bool Keeps(int b, int h, int q, int kv) => q < 60 * (b + 1);
}

/// <summary>Keeps about one block of 32 in three, and few of the pairs in it, by a hash of all four indices.</summary>
internal readonly struct ScatterRule(int seed) : IMaskRule
{
    public static IndexDependence Dependence =>
        IndexDependence.Batch | IndexDependence.Head | IndexDependence.Query | IndexDependence.Key;

    public bool Keeps(int b, int h, int q, int kv) =>
        Hash(b, h, q / 32, kv / 32) % 3 == 0 && (Hash(b, h, q, kv) % 5 == 0 || Hash(h, b, kv / 32, q / 32) % 2 == 0);

    private uint Hash(int a, int b, int c, int d)
    {
        uint hash = (uint)seed;
        foreach (int value in (ReadOnlySpan<int>)[a, b, c, d])
            hash = (hash ^ (uint)value) * 0x9E3779B1u ^ (hash >> 15);
        return hash >> 8;
    }
}
