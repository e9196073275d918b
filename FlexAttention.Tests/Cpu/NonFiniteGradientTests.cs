namespace FlexAttention.Tests.Cpu;

/// <summary>Infinity and NaN reach the gradients of what they have a part in, and no others.</summary>
public sealed class NonFiniteGradientTests
{
    private static readonly float[] s_nonFinite = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    /// <summary>The last keys are hidden from all queries.</summary>
    [Test]
    public void MaskedKeysAndValues_DoNotLeak([ValueSource(nameof(s_nonFinite))] float value, [Values] bool withBlockMask)
    {
        using var problem = new BackwardCase<float, Causal>(new(1, 1, 1, 150, 200, 12, 12));
        using AttentionGradients<float> clean = problem.Run();
        problem.Forward.K.AsSpan()[(150 * 12)..].Fill(value);
        problem.Forward.V.AsSpan()[(150 * 12)..].Fill(value);
        using BlockMask? mask = withBlockMask ? BlockMask.Create(problem.Forward.Variant, 1, 1, 150, 200) : null;
        using AttentionGradients<float> gradients = problem.Run(new BackwardOptions { BlockMask = mask });

        Assert.That(gradients.Dq.ToArray(), Is.EqualTo(clean.Dq.ToArray()).Within(1e-6f));
        Assert.That(gradients.Dk.ToArray(), Is.EqualTo(clean.Dk.ToArray()).Within(1e-6f));
        Assert.That(gradients.Dv.ToArray(), Is.EqualTo(clean.Dv.ToArray()).Within(1e-6f));
    }

    /// <summary>Query 0 sees no key.</summary>
    [Test]
    public void QueryWithNothingLeft_DoesNotLeak([ValueSource(nameof(s_nonFinite))] float value)
    {
        using var problem = new BackwardCase<float, EarlierWindow>(new(1, 1, 1, 40, 60, 8, 8), new EarlierWindow(9));
        using AttentionGradients<float> clean = problem.Run();
        problem.Forward.Q.AsSpan()[..8].Fill(value);
        problem.DOutput.AsSpan()[..8].Fill(value);
        using AttentionGradients<float> gradients = problem.Run();

        Assert.That(gradients.Dq.ToArray(), Is.EqualTo(clean.Dq.ToArray()));
        Assert.That(gradients.Dk.ToArray(), Is.EqualTo(clean.Dk.ToArray()));
        Assert.That(gradients.Dv.ToArray(), Is.EqualTo(clean.Dv.ToArray()));
    }

    /// <summary>A value of NaN spoils the rows that see it, and the keys that those rows see.</summary>
    [Test]
    public void VisibleKeyOfNaN_SpoilsTheQueriesThatSeeIt()
    {
        using var problem = new BackwardCase<float, Causal>(new(1, 1, 1, 30, 30, 8, 8));
        problem.Forward.K.AsSpan()[20 * 8] = float.NaN;
        using AttentionGradients<float> gradients = problem.Run();
        float[] dq = gradients.Dq.ToArray();

        Assert.That(dq[..(20 * 8)], Has.None.NaN);
        Assert.That(dq[(20 * 8)..], Is.All.NaN);
    }

    [Test]
    public void GradientOfNaN_SpoilsTheKeysThatItsQuerySees()
    {
        using var problem = new BackwardCase<float, Causal>(new(1, 1, 1, 30, 30, 8, 8));
        problem.DOutput.AsSpan()[20 * 8] = float.NaN;
        using AttentionGradients<float> gradients = problem.Run();

        Assert.That(gradients.Dk.ToArray()[..(21 * 8)], Is.All.NaN);
        Assert.That(gradients.Dk.ToArray()[(21 * 8)..], Has.None.NaN);
        Assert.That(gradients.Dv.ToArray().Where((x, i) => float.IsNaN(x) != (i < 21 * 8 && i % 8 == 0)), Is.Empty);
    }
}
