using FlexAttention.Cpu.Forward;

namespace FlexAttention.Tests.Cpu;

/// <summary>The CPU kernel with block masks: the same results, for less work.</summary>
public sealed class BlockMaskForwardTests
{
    [Test]
    public void BlockMask_ChangesNothing(
        [Values(1, 16, 24, 64, 128, 512)] int queryBlock, [Values(16, 100, 128)] int keyBlock)
    {
        var options = new BlockMaskOptions { QueryBlockSize = queryBlock, KeyBlockSize = keyBlock };
        Check<float, Causal>(default, options);
        Check<float, EarlierWindow>(new EarlierWindow(40), options);
        Check<Half, BiasedStripes>(default, options);
    }

    [Test]
    public void EmptyBlocks_AreNotVisited()
    {
        using var problem = new ForwardCase<float, VisitCounter>(new(1, 1, 1, 256, 256, 8, 8));
        using BlockMask mask = BlockMask.Create(problem.Variant, 1, 1, 256, 256, new BlockMaskOptions { QueryBlockSize = 64, KeyBlockSize = 64 });
        VisitCounter.Reset();
        problem.Run(new ForwardOptions { BlockMask = mask }).Dispose();

        // Of the 16 blocks, 4 on the diagonal are partial, 6 below are full, and 6 above are empty.
        Assert.That(VisitCounter.MaskedPairs, Is.EqualTo(4 * 64 * 64));
        Assert.That(VisitCounter.ScoredPairs, Is.InRange(256 * 257 / 2, 10 * 64 * 64));
    }

    [Test]
    public void TilesThatTheMaskLeavesNothingOf_AreNotScored()
    {
        using var problem = new ForwardCase<float, VisitCounter>(new(1, 1, 1, 256, 256, 8, 8));
        VisitCounter.Reset();
        problem.Run(new ForwardOptions()).Dispose();

        Assert.That(VisitCounter.MaskedPairs, Is.EqualTo(256 * 256));
        Assert.That(VisitCounter.ScoredPairs, Is.InRange(256 * 257 / 2, 10 * 64 * 64));
    }

    private static void Check<T, TRule>(TRule rule, BlockMaskOptions options)
        where T : unmanaged
        where TRule : unmanaged, IPairRule
    {
        using var problem = new ForwardCase<T, TRule>(new(2, 2, 1, 150, 210, 8, 8), rule);
        using BlockMask mask = BlockMask.Create(problem.Variant, 2, 2, 150, 210, options);
        problem.Check(new ForwardOptions { BlockMask = mask, ReturnLse = true, ReturnRowMax = true }, VectorWidths.Widest);
    }
}
