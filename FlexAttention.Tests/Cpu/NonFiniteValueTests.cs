using FlexAttention.Cpu.Forward;

namespace FlexAttention.Tests.Cpu;

/// <summary>Infinity and NaN in keys and values reach the rows that see them, and no others.</summary>
public sealed class NonFiniteValueTests
{
    private static readonly float[] s_nonFinite = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    [Test]
    public void MaskedKeysAndValues_DoNotLeak(
        [ValueSource(nameof(s_nonFinite))] float value, [Values(128, 256, 512)] int bits, [Values] bool withBlockMask)
    {
        Check<float>(value, bits, withBlockMask);
        Check<double>(value, bits, withBlockMask);
        Check<Half>(value, bits, withBlockMask);
        Check<BFloat16>(value, bits, withBlockMask);
    }

    [Test]
    public void VisibleValue_ReachesTheRowsThatSeeIt([ValueSource(nameof(s_nonFinite))] float value)
    {
        using var problem = new ForwardCase<float, Causal>(new(1, 1, 1, 30, 30, 8, 8));
        problem.V.AsSpan()[(20 * 8) + 3] = value;
        using AttentionOutput<float> output = problem.Run();
        float[] elements = output.Output.ToArray();

        for (int i = 0; i < elements.Length; i++)
            Assert.That(elements[i], i >= 20 * 8 && i % 8 == 3 ? Is.EqualTo(value) : Is.InRange(-1f, 1f), $"row {i / 8}, column {i % 8}");
    }

    [Test]
    public void VisibleKeyOfNaN_SpoilsTheRowsThatSeeIt()
    {
        using var problem = new ForwardCase<float, Causal>(new(1, 1, 1, 30, 30, 8, 8));
        problem.K.AsSpan()[20 * 8] = float.NaN;
        using AttentionOutput<float> output = problem.Run();
        float[] elements = output.Output.ToArray();

        Assert.That(elements[..(20 * 8)], Has.None.NaN);
        Assert.That(elements[(20 * 8)..], Is.All.NaN);
    }

    /// <summary>The last 50 keys, which the causal mask hides from all queries, hold the value.</summary>
    private static void Check<T>(float value, int bits, bool withBlockMask)
        where T : unmanaged
    {
        using var problem = new ForwardCase<T, Causal>(new(1, 1, 1, 150, 200, 12, 12));
        problem.K.AsSpan()[(150 * 12)..].Fill(RandomTensors.Narrow<T>(value));
        problem.V.AsSpan()[(150 * 12)..].Fill(RandomTensors.Narrow<T>(value));
        using BlockMask? mask = withBlockMask ? BlockMask.Create(problem.Variant, 1, 1, 150, 200) : null;
        problem.Check(new ForwardOptions { BlockMask = mask, ReturnLse = true, ReturnRowMax = true }, (VectorWidth)bits);
    }
}
