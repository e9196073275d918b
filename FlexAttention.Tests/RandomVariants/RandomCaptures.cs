using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.RandomVariants;

/// <summary>What random variants capture: all the same, so that one call serves all.</summary>
internal sealed class RandomCaptures
{
    /// <summary>A step that can be added to any of the floats without rounding.</summary>
    public const float Step = 1f / 4096;

    private const int Length = RandomVariantWriter.TableLength;

    public RandomCaptures(int seed)
    {
        var random = new Random(seed);
        N = random.Next(-1000, 1000);
        X = MathF.Round(random.NextSigned() * 4 / Step) * Step;
        Flag = random.Next(2) == 0;
        Ids = random.Integers(Length, -20, 100);
        Table = random.Floats(Length, Length);
    }

    public int N { get; }

    public float X { get; init; }

    public bool Flag { get; }

    public int[] Ids { get; }

    public float[,] Table { get; init; }
}
