using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Transforms;

/// <summary>Masks that use their values more than once make code in proportion to their length.</summary>
public sealed class RestrictionGrowthTests
{
    private const int Steps = 30;

    /// <summary>Written out as a tree, each has 2^30 leaves.</summary>
    [TestCase("int x = q - kv, y = x % 7;", "y = (y * y + {0}) ^ (y / 3);", "x / n <= 5 && x % n == 0 && y > 3")]
    [TestCase("int y = n;", "y = (y * y + {0}) ^ (y / 3);", "kv <= q && q - kv < y")]
    [TestCase("int x = q - kv, y = x; bool k = x < n;", "k = k & x > {0} & (x < n + {0}) & k;", "k")]
    public void SharedValues_AreWrittenOnce(string first, string step, string result)
    {
        IEnumerable<string> steps = Enumerable.Range(0, Steps).Select(i => string.Format(null, step, i));
        GeneratorRun run = GeneratorRunner.Run(
            $$"""
            public static partial class Masks
            {
                [FlexAttention.AttentionVariant]
                public static partial bool Shared(int b, int h, int q, int kv, int n)
                {
                    {{first}}
                    {{string.Join("\n", steps)}}
                    return {{result}};
                }
            }
            """);

        Assert.That(run.Exception, Is.Null);
        Assert.That(run.Diagnostics, Is.Empty);
        Assert.That(run.Output.SyntaxTrees.Sum(tree => tree.Length), Is.LessThan(2_000_000));
    }
}
