namespace FlexAttention.Tests.Cpu;

/// <summary>A variant as a formula of one pair, in double.</summary>
internal interface IPairRule
{
    static virtual bool HasScore => false;

    static virtual bool HasMask => false;

    double Score(double score, int b, int h, int q, int kv) => score;

    bool Keeps(int b, int h, int q, int kv) => true;
}

internal readonly struct Plain : IPairRule;

internal readonly struct Causal : IPairRule
{
    public static bool HasMask => true;

    public bool Keeps(int b, int h, int q, int kv) => kv <= q;
}

/// <summary>A window that ends before the query: the first rows keep nothing.</summary>
internal readonly struct EarlierWindow(int width) : IPairRule
{
    public static bool HasMask => true;

    public bool Keeps(int b, int h, int q, int kv) => kv < q && q - kv <= width;
}

/// <summary>A bias that depends on everything, and a mask that depends on the batch and the head.</summary>
internal readonly struct BiasedStripes : IPairRule
{
    public static bool HasScore => true;

    public static bool HasMask => true;

    public double Score(double score, int b, int h, int q, int kv) => score + ((kv - q) / 64.0 * (h + 1)) + b;

    public bool Keeps(int b, int h, int q, int kv) => (kv + q + b) % (h + 2) != 0;
}

/// <summary>Scores of negative infinity instead of a mask; nothing is left of every fifth row.</summary>
internal readonly struct InfiniteScores : IPairRule
{
    public static bool HasScore => true;

    public double Score(double score, int b, int h, int q, int kv) =>
        q % 5 == 0 || kv % 3 == 0 ? double.NegativeInfinity : score;
}

/// <summary>A score of NaN in the middle of one row.</summary>
internal readonly struct NaNInRowTwo : IPairRule
{
    public static bool HasScore => true;

    public double Score(double score, int b, int h, int q, int kv) => q == 2 && kv == 1 ? double.NaN : score;
}

/// <summary>Scores that grow along the keys, so that every tile has a new maximum.</summary>
internal readonly struct GrowingScores : IPairRule
{
    public static bool HasScore => true;

    public double Score(double score, int b, int h, int q, int kv) => score + (kv / 16.0);
}
