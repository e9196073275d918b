using FlexAttention.Cpu;
using FlexAttention.Cpu.Forward;

namespace FlexAttention.Tests.Cpu;

/// <summary>The CPU kernel against the reference: types, widths, shapes, and what a caller may ask for.</summary>
public sealed class CpuForwardTests
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

    [TestCase(0, 5)]
    [TestCase(5, 0)]
    [TestCase(1, 1)]
    [TestCase(1, 1000)]
    [TestCase(17, 17)]
    [TestCase(127, 129)]
    [TestCase(129, 127)]
    [TestCase(1000, 1)]
    [TestCase(1000, 1000)]
    public void AnyLengths_AgreeWithTheReference(int queries, int keys)
    {
        Check<float, Plain>(new(1, 2, 1, queries, keys, 16, 16), VectorWidths.Widest);
        Check<float, Causal>(new(1, 2, 2, queries, keys, 16, 16), VectorWidths.Widest);
        Check<Half, GrowingScores>(new(1, 1, 1, queries, keys, 16, 16), VectorWidths.Widest);
    }

    [Test]
    public void AnyHeadDimensions_AgreeWithTheReference(
        [Values(1, 80, 256)] int headDim, [Values(1, 33, 256)] int valueDim, [Values(128, 256, 512)] int bits) =>
        Check<float, Causal>(new(1, 1, 1, 20, 70, headDim, valueDim), (VectorWidth)bits);

    [Test]
    public void RowsWithNothingLeft_AreZeroWithInfiniteLse([Values(128, 256, 512)] int bits)
    {
        Check<float, EarlierWindow>(new(1, 2, 2, 40, 300, 8, 8), (VectorWidth)bits, new EarlierWindow(3));
        Check<double, EarlierWindow>(new(1, 2, 2, 40, 300, 8, 8), (VectorWidth)bits, new EarlierWindow(3));
        Check<float, InfiniteScores>(new(1, 2, 2, 40, 300, 8, 8), (VectorWidth)bits);
    }

    [Test]
    public void NaNScore_SpoilsItsRowAndNoOther([Values(128, 256, 512)] int bits)
    {
        using var problem = new ForwardCase<float, NaNInRowTwo>(new(1, 1, 1, 5, 40, 8, 8));
        using AttentionOutput<float> output = problem.Run(width: (VectorWidth)bits);
        float[] elements = output.Output.ToArray();

        Assert.That(elements[16..24], Is.All.NaN);
        Assert.That(output.Lse!.ToArray()[2], Is.NaN);
        Assert.That(elements[..16], Has.None.NaN);
        Assert.That(elements[24..], Has.None.NaN);
    }

    [Test]
    public void Sinks_AreInTheDenominator([Values(-3f, 0f, 4f, float.NegativeInfinity)] float sink)
    {
        using DeviceTensor<float> sinks = DeviceTensor<float>.From([sink, 0.5f, 1f, -2f]);
        using var problem = new ForwardCase<float, EarlierWindow>(s_small, new EarlierWindow(20));
        problem.Check(new ForwardOptions { Sinks = sinks, ReturnLse = true, ReturnRowMax = true });
    }

    [TestCase(0f)]
    [TestCase(-0.7f)]
    [TestCase(3f)]
    public void Scale_IsTheCallers(float scale)
    {
        using var problem = new ForwardCase<float, Plain>(s_small);
        problem.Check(new ForwardOptions { Scale = scale, ReturnLse = true, ReturnRowMax = true });
    }

    [Test]
    public void SequenceMajorTensors_AreReadAndWrittenInPlace()
    {
        var random = new Random(5);
        using DeviceTensor<float> q = RandomTensors.Create<float>(random, 2, 50, 4, 16);
        using DeviceTensor<float> k = RandomTensors.Create<float>(random, 2, 90, 2, 16);
        using DeviceTensor<float> v = RandomTensors.Create<float>(random, 2, 90, 2, 8);
        using DeviceTensor<float> result = DeviceTensor<float>.Create(Device.Cpu, 2, 50, 4, 8);
        using var strided = new ForwardCase<float, Causal>(new(2, 4, 2, 50, 90, 16, 8))
        {
            Q = q.Permute(0, 2, 1, 3),
            K = k.Permute(0, 2, 1, 3),
            V = v.Permute(0, 2, 1, 3),
        };

        strided.Check();
        strided.Run(new ForwardOptions(), output: new AttentionOutput<float>(result.Permute(0, 2, 1, 3)));
        using AttentionOutput<float> dense = strided.Run();
        Assert.That(result.Permute(0, 2, 1, 3).ToArray(), Is.EqualTo(dense.Output.ToArray()));
    }

    [Test]
    public void Result_DoesNotDependOnTheNumberOfThreads()
    {
        using var large = new ForwardCase<float, Causal>(new(1, 4, 4, 300, 300, 64, 64));
        using AttentionOutput<float> first = large.Run();
        Parallel.For(0, 8, _ =>
        {
            using AttentionOutput<float> other = large.Run();
            Assert.That(other.Output.AsSpan().SequenceEqual(first.Output.AsSpan()));
        });
    }

    private static void Check<T, TRule>(AttentionShape shape, VectorWidth width, TRule rule = default)
        where T : unmanaged
        where TRule : unmanaged, IPairRule
    {
        using var problem = new ForwardCase<T, TRule>(shape, rule);
        problem.Check(width: width);
    }
}
