using FlexAttention.Cpu;
using FlexAttention.Cpu.Forward;

namespace FlexAttention.Tests.Cpu;

/// <summary>The CPU backward kernel against the reference: types, widths, shapes, and what a caller may ask for.</summary>
public sealed class CpuBackwardTests
{
    private static readonly AttentionShape s_small = new(2, 4, 2, 37, 150, 24, 40);

    [Test]
    public void EveryTypeAtEveryWidth_AgreesWithTheReference([Values(128, 256, 512)] int bits)
    {
        Check<float, BiasedStripes>(s_small, (VectorWidth)bits);
        Check<double, BiasedStripes>(s_small, (VectorWidth)bits);
        Check<Half, BiasedStripes>(s_small, (VectorWidth)bits);
        Check<BFloat16, BiasedStripes>(s_small, (VectorWidth)bits);
    }

    [TestCase(5, 0)]
    [TestCase(0, 5)]
    [TestCase(1, 1)]
    [TestCase(1, 600)]
    [TestCase(63, 129)]
    [TestCase(129, 127)]
    [TestCase(600, 1)]
    [TestCase(300, 400)]
    public void AnyLengths_AgreeWithTheReference(int queries, int keys)
    {
        Check<float, Plain>(new(1, 2, 1, queries, keys, 16, 16), VectorWidths.Widest);
        Check<float, Causal>(new(1, 2, 2, queries, keys, 16, 16), VectorWidths.Widest);
    }

    [Test]
    public void AnyHeadDimensions_AgreeWithTheReference(
        [Values(1, 80, 256)] int headDim, [Values(1, 33, 256)] int valueDim, [Values(128, 256, 512)] int bits) =>
        Check<float, Causal>(new(1, 1, 1, 20, 70, headDim, valueDim), (VectorWidth)bits);

    [Test]
    public void RowsWithNothingLeft_HaveNoGradient([Values(128, 256, 512)] int bits)
    {
        Check<float, EarlierWindow>(new(1, 2, 2, 40, 300, 8, 8), (VectorWidth)bits, new EarlierWindow(3));
        Check<float, InfiniteScores>(new(1, 2, 2, 40, 300, 8, 8), (VectorWidth)bits);
        using var problem = new BackwardCase<float, EarlierWindow>(new(1, 1, 1, 40, 300, 8, 8), new EarlierWindow(3));

        (float[] dq, float[] dk, float[] dv) = problem.Run((VectorWidth)bits);

        // Query 0 sees no key, and keys from 39 on are seen by no query.
        Assert.That(dq[..8], Is.All.EqualTo(0));
        Assert.That(dk[(39 * 8)..], Is.All.EqualTo(0));
        Assert.That(dv[(39 * 8)..], Is.All.EqualTo(0));
    }

    [Test]
    public void BlockMask_ChangesNothing([Values(7, 48, 128, 1000)] int queryBlock, [Values(5, 80, 128)] int keyBlock)
    {
        using var problem = new BackwardCase<float, BiasedStripes>(new(2, 4, 2, 150, 333, 16, 16));
        using BlockMask mask = BlockMask.Create(
            problem.Forward.Variant, 2, 4, 150, 333, new BlockMaskOptions { QueryBlockSize = queryBlock, KeyBlockSize = keyBlock });
        problem.Check(new BackwardOptions { BlockMask = mask });
    }

    [Test]
    public void EmptyBlocks_AreNotVisited()
    {
        using var problem = new BackwardCase<float, VisitCounter>(new(1, 1, 1, 256, 256, 8, 8));
        using BlockMask mask = BlockMask.Create(
            problem.Forward.Variant, 1, 1, 256, 256, new BlockMaskOptions { QueryBlockSize = 64, KeyBlockSize = 64 });
        VisitCounter.Reset();
        problem.Run(new BackwardOptions { BlockMask = mask }).Dispose();

        // Of the 16 blocks, 4 on the diagonal are partial and 6 above are empty: once forward, once backward.
        Assert.That(VisitCounter.MaskedPairs, Is.EqualTo(2 * 4 * 64 * 64));
        Assert.That(VisitCounter.ScoredPairs, Is.InRange(256 * 257, 2 * 10 * 64 * 64));
    }

    [TestCase(0f)]
    [TestCase(-0.7f)]
    [TestCase(3f)]
    public void Scale_IsTheCallers(float scale)
    {
        using var problem = new BackwardCase<float, Plain>(s_small);
        problem.Check(new BackwardOptions { Scale = scale });
    }

    [Test]
    public void SequenceMajorTensors_AreReadInPlace()
    {
        var random = new Random(5);
        using DeviceTensor<float> q = RandomTensors.Create<float>(random, 2, 50, 4, 16);
        using DeviceTensor<float> k = RandomTensors.Create<float>(random, 2, 90, 2, 16);
        using DeviceTensor<float> v = RandomTensors.Create<float>(random, 2, 90, 2, 8);
        using DeviceTensor<float> dOutput = RandomTensors.Create<float>(random, 2, 50, 4, 8);
        using var strided = new BackwardCase<float, Causal>(new(2, 4, 2, 50, 90, 16, 8))
        {
            Forward = new ForwardCase<float, Causal>(new(2, 4, 2, 50, 90, 16, 8))
            {
                Q = q.Permute(0, 2, 1, 3),
                K = k.Permute(0, 2, 1, 3),
                V = v.Permute(0, 2, 1, 3),
            },
            DOutput = dOutput.Permute(0, 2, 1, 3),
        };

        strided.Check();
    }

    [Test]
    public void Sinks_AndLse_HaveGradients([Values(-3f, 4f, float.NegativeInfinity)] float sink)
    {
        using DeviceTensor<float> sinks = DeviceTensor<float>.From([sink, 0.5f, 1f, -2f]);
        using DeviceTensor<float> dLse = RandomTensors.Create<float>(new Random(3), 2, 4, 37);
        using var problem = new BackwardCase<float, EarlierWindow>(s_small, new EarlierWindow(20));
        var options = new BackwardOptions { Sinks = sinks, DLse = dLse };

        problem.Check(options);
        using AttentionGradients<float> gradients = problem.Run(options);
        Gradients.GradientBound.Check(gradients.DSinks.ToArray(), problem.Reference(options).DSinks, 1e-5, "dSinks");
    }

    [Test]
    public void TwoRuns_GiveTheSameBits()
    {
        using var problem = new BackwardCase<float, BiasedStripes>(new(2, 4, 1, 300, 700, 32, 32));
        using AttentionGradients<float> first = problem.Run();
        for (int run = 0; run < 5; run++)
        {
            using AttentionGradients<float> again = problem.Run();
            Assert.That(again.Dq.ToArray(), Is.EqualTo(first.Dq.ToArray()));
            Assert.That(again.Dk.ToArray(), Is.EqualTo(first.Dk.ToArray()));
            Assert.That(again.Dv.ToArray(), Is.EqualTo(first.Dv.ToArray()));
        }
    }

    [TestCase(GradientKinds.Query)]
    [TestCase(GradientKinds.Key)]
    [TestCase(GradientKinds.Value)]
    [TestCase(GradientKinds.Query | GradientKinds.Value)]
    public void Gradients_AreThoseThatAreAskedFor(GradientKinds kinds)
    {
        using var problem = new BackwardCase<float, BiasedStripes>(s_small);
        using AttentionGradients<float> all = problem.Run();
        using AttentionGradients<float> some = problem.Run(new BackwardOptions { Gradients = kinds });

        Compare(kinds.HasFlag(GradientKinds.Query), () => some.Dq, all.Dq);
        Compare(kinds.HasFlag(GradientKinds.Key), () => some.Dk, all.Dk);
        Compare(kinds.HasFlag(GradientKinds.Value), () => some.Dv, all.Dv);
        Assert.That(() => some.DSinks, Throws.InvalidOperationException.With.Message.Contains("BackwardOptions.Sinks"));

        static void Compare(bool isComputed, Func<DeviceTensor<float>> gradient, DeviceTensor<float> expected)
        {
            if (isComputed)
                Assert.That(gradient().ToArray(), Is.EqualTo(expected.ToArray()));
            else
                Assert.That(() => gradient(), Throws.InvalidOperationException.With.Message.Contains("BackwardOptions.Gradients"));
        }
    }

    private static void Check<T, TRule>(AttentionShape shape, VectorWidth width, TRule rule = default)
        where T : unmanaged
        where TRule : unmanaged, IPairRule
    {
        using var problem = new BackwardCase<T, TRule>(shape, rule);
        problem.Check(width);
    }
}
