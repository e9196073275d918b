using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.RandomVariants;

/// <summary>Points at which variants are evaluated: runs of keys, with scores that include the special numbers.</summary>
internal static class VariantPoints
{
    /// <summary>The keys of a run, a multiple of every lane count.</summary>
    public const int RunLength = 64;

    private const int Runs = 6;

    private static readonly float[] Special =
        [0, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 100, float.Epsilon, -1.5f, 0.25f];

    /// <summary>Run after run: each has one query and consecutive keys.</summary>
    public static VariantPoint[] Draw(int seed)
    {
        var random = new Random(seed);
        var points = new List<VariantPoint>(Runs * RunLength);
        for (int run = 0; run < Runs; run++)
        {
            int b = random.Next(4), h = random.Next(8), q = random.Next(500), kv = random.Next(500);
            for (int i = 0; i < RunLength; i++)
            {
                float score = random.Next(6) == 0 ? Special[random.Next(Special.Length)] : (random.NextSingle() * 8) - 4;
                points.Add(new VariantPoint(score, b, h, q, kv + i));
            }
        }

        return [.. points];
    }
}
