namespace FlexAttention.Tests.Cpu;

/// <summary>Causal, and counts the pairs that the kernel evaluates.</summary>
internal readonly struct VisitCounter : IPairRule
{
    private static int s_masked;
    private static int s_scored;

    public static bool HasScore => true;

    public static bool HasMask => true;

    public static int MaskedPairs => s_masked;

    public static int ScoredPairs => s_scored;

    public static void Reset() => (s_masked, s_scored) = (0, 0);

    public double Score(double score, int b, int h, int q, int kv)
    {
        Interlocked.Increment(ref s_scored);
        return score;
    }

    public bool Keeps(int b, int h, int q, int kv)
    {
        Interlocked.Increment(ref s_masked);
        return kv <= q;
    }
}
