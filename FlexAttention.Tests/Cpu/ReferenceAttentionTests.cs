using FlexAttention.Cpu;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Cpu;

/// <summary>The reference against results that can be worked out by hand.</summary>
public sealed class ReferenceAttentionTests
{
    private const double Tolerance = 1e-15;

    [Test]
    public void TwoKeys_AreWeightedByTheirExponentials()
    {
        ReferenceOutput result = Problem(keys: [0, Math.Log(3)], values: [1, 5]).Compute();

        Assert.That(result.Output[0], Is.EqualTo(((1 * 1) + (3 * 5)) / 4.0).Within(Tolerance));
        Assert.That(result.Lse[0], Is.EqualTo(Math.Log(4)).Within(Tolerance));
        Assert.That(result.RowMax[0], Is.EqualTo(Math.Log(3)));
    }

    [Test]
    public void MaskedKey_IsLeftOutWithItsValue()
    {
        ReferenceOutput result = Problem([0, double.NaN], [7, double.NaN], mask: (_, _, _, kv) => kv == 0).Compute();

        Assert.That((result.Output[0], result.Lse[0], result.RowMax[0]), Is.EqualTo((7.0, 0.0, 0.0)));
    }

    [Test]
    public void RowWithoutKeys_IsZeroWithInfiniteLse()
    {
        ReferenceOutput result = Problem([1, 2], [7, 8], score: (_, _, _, _, _) => double.NegativeInfinity).Compute();

        Assert.That(
            (result.Output[0], result.Lse[0], result.RowMax[0]),
            Is.EqualTo((0.0, double.NegativeInfinity, double.NegativeInfinity)));
    }

    [Test]
    public void Sink_IsAKeyWithoutAValue()
    {
        ReferenceOutput result = Problem([0], [8], sinks: [MathF.Log(3)]).Compute();

        Assert.That(result.Output[0], Is.EqualTo(2).Within(1e-6));
        Assert.That(result.Lse[0], Is.EqualTo(Math.Log(4)).Within(1e-6));
        Assert.That(result.RowMax[0], Is.Zero);
    }

    [Test]
    public void NaNScore_MakesItsRowNaN()
    {
        ReferenceOutput result = Problem([0, 0], [1, 1], score: (s, _, _, _, kv) => kv == 0 ? double.NaN : s).Compute();

        Assert.That(result.Output[0], Is.NaN);
        Assert.That(result.Lse[0], Is.NaN);
    }

    [Test]
    public void Naive_IsTheReferenceButForRounding()
    {
        ReferenceAttention problem = Problem([0.1, 0.2, 0.3], [1, -2, 5], mask: (_, _, _, kv) => kv != 1, sinks: [0.5f]);
        double exact = problem.Compute().Output[0];

        Assert.That(NaiveAttention.Compute<float>(problem)[0], Is.EqualTo(exact).Within(1e-6).And.Not.EqualTo(exact));
        Assert.That(NaiveAttention.Compute<BFloat16>(problem)[0], Is.EqualTo(exact).Within(0.02).And.Not.EqualTo(exact).Within(1e-6));
    }

    private static ReferenceAttention Problem(
        double[] keys, double[] values, ScoreFunction? score = null, MaskFunction? mask = null, float[]? sinks = null) => new()
        {
            Shape = new AttentionShape(1, 1, 1, 1, keys.Length, 1, 1),
            Q = [1],
            K = keys,
            V = values,
            Score = score,
            Mask = mask,
            Sinks = sinks,
        };
}
